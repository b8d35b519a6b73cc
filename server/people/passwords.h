// Which passwords are taken: long enough that guessing costs years, and none of those that are guessed first. Ours and
// not cracklib: its lists are English, and what people in these offices choose is pinyin, birthdays, telephone numbers
// and rows of the keyboard.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"

namespace lianxin::server {

inline constexpr std::size_t password_characters_min = 12;  // code points
inline constexpr std::size_t password_bytes_max = 256;  // the work of a guess does not grow with what a stranger sends

// Of an account's owner: his login, and his name where it is known.
struct PasswordOwner {
  std::string_view login, name;
};

// out_of_range: too short or too long. invalid_argument: digits alone, a row of the keyboard or of the alphabet, the
// same few characters again and again, common words with digits and signs around them, or the owner's own login or
// name with little beside it. Both said in both languages.
Status check_password(std::string_view password, const PasswordOwner& owner);

}  // namespace lianxin::server
