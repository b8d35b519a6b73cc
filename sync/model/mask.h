// What is shown of a value to those who may know that it is there, and not what it is: one engine for every screen,
// sheet and file, so that no two of them leave different parts of a name.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "schema/kind.h"

namespace lianxin {

enum class Audience : std::uint8_t {
  review,    // screens and files of whoever supervises from above the county
  print,     // on paper within the county
  exchange,  // work orders that leave the house; without anybody's consent
  publish    // the press, the wall
};

inline constexpr std::string_view masked_value = "＊";        // nothing of it is shown
inline constexpr std::string_view scrub_mark = "［已隐去］";  // stands in a text for what was taken out of it

struct Masked {
  Value value;
  bool altered = false;  // something was withheld
};

using Names = std::set<std::string, std::less<>>;  // of persons who may be named in a text

// `sensitivity`: of the field in its record (sync/model/policy.h).
Masked masked(const Field& field, Sensitivity sensitivity, const Value& value, Audience audience, const Names& names);

// Phone numbers (with blanks or dashes between their digits, in full width, behind +86), identity numbers, bank cards,
// licence plates, and the names.
Masked scrubbed(std::string_view text, const Names& names);
bool is_clean(std::string_view text);  // scrubbed() takes nothing out of it, where nobody's name is known

std::string masked_name(std::string_view name, Audience audience);
std::string masked_phone(std::string_view phone, Audience audience);
std::string masked_address(std::string_view address, Audience audience);

}  // namespace lianxin
