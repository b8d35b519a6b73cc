#include "server/people/passwords.h"

#include <algorithm>
#include <array>
#include <set>

#include "schema/text.h"
#include "server/language/said.h"
#include "server/people/common_words.h"

namespace lianxin::server {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

const std::set<std::string_view>& words() {
  static const std::set<std::string_view> all = [] {
    std::set<std::string_view> found;
    std::string_view rest = common_words;
    while (!rest.empty()) {
      const std::size_t from = rest.find_first_not_of(" \n");
      if (from == std::string_view::npos) break;
      rest.remove_prefix(from);
      const std::size_t end = std::min(rest.find_first_of(" \n"), rest.size());
      found.insert(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    return found;
  }();
  return all;
}

// Whether `letters` is made of common words alone, one after another.
bool is_common(std::string_view letters) {
  constexpr std::size_t word_max = 32;
  std::vector<bool> reached(letters.size() + 1);
  reached[0] = true;
  for (std::size_t from = 0; from < letters.size(); ++from) {
    if (!reached[from]) continue;
    for (std::size_t size = 1; size <= std::min(word_max, letters.size() - from); ++size) {
      if (words().contains(letters.substr(from, size))) reached[from + size] = true;
    }
  }
  return reached[letters.size()];
}

// How much of `text` are runs of at least three along a row of the keyboard, the digits or the alphabet, either way.
std::size_t along_rows(std::string_view text) {
  constexpr std::array<std::string_view, 10> rows = {"abcdefghijklmnopqrstuvwxyz",
                                                     "01234567890",
                                                     "qwertyuiop[]",
                                                     "asdfghjkl;'",
                                                     "zxcvbnm,./",
                                                     "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
                                                     "!@#$%^&*()_+",
                                                     "qazwsxedcrfvtgbyhnujmikolp",
                                                     "147258369",
                                                     "1q2w3e4r5t6y7u8i9o0p"};
  std::size_t along = 0;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t longest = 0;
    for (std::size_t size = 3; from + size <= text.size(); ++size) {
      const std::string piece(text.substr(from, size)), back(piece.rbegin(), piece.rend());
      const bool found = std::any_of(rows.begin(), rows.end(), [&](std::string_view row) {
        return row.find(piece) != std::string_view::npos || row.find(back) != std::string_view::npos;
      });
      if (!found) break;
      longest = size;
    }
    along += longest;
    from += std::max<std::size_t>(longest, 1);
  }
  return along;
}

// The same few characters again and again: with the first `period` known all is.
bool repeats(std::string_view text) {
  constexpr std::size_t period_max = 5;
  for (std::size_t period = 1; period <= period_max; ++period) {
    bool same = true;
    for (std::size_t i = period; i < text.size() && same; ++i) same = text[i] == text[i - period];
    if (same) return true;
  }
  return false;
}

bool is_guessed_first(std::string_view password, const PasswordOwner& owner) {
  constexpr std::size_t own_part_min = 6;  // that is not a row, a word or the owner
  const std::string plain = folded(password);
  if (repeats(plain) ||
      std::all_of(plain.begin(), plain.end(), [](char c) { return !is_letter(c) && (c & 0x80) == 0; }))
    return true;
  if (plain.size() - along_rows(plain) < own_part_min) return true;
  for (const std::string& own : {folded(owner.login), folded(owner.name)}) {
    const std::size_t at = own.size() < 3 ? std::string::npos : plain.find(own);
    if (at == std::string::npos) continue;
    const std::string rest = std::string(plain).erase(at, own.size());
    if (rest.size() - along_rows(rest) < own_part_min) return true;
  }
  std::string letters, read_letters;  // p@ssw0rd is password
  const auto is_sign = [](char c) { return !is_letter(c) && (c & 0x80) == 0; };
  const auto first = std::find_if_not(plain.begin(), plain.end(), is_sign);
  const auto last = std::find_if_not(plain.rbegin(), plain.rend(), is_sign).base();
  for (auto at = first; at < last; ++at) {
    constexpr std::string_view signs = "@013!$5", read_as = "aoieiss";
    const std::size_t sign = signs.find(*at);
    if (!is_sign(*at)) letters += *at;
    if (!is_sign(*at) || sign != std::string_view::npos) read_letters += is_sign(*at) ? read_as[sign] : *at;
  }
  return is_common(letters) || is_common(read_letters);
}

}  // namespace

Status check_password(std::string_view password, const PasswordOwner& owner) {
  if (character_count(password) < password_characters_min || password.size() > password_bytes_max)
    return said(Errc::out_of_range, "密码要有 12 个字以上，最多 256 个字节（汉字每个算 3 个字节）",
                "a password has at least 12 characters, and at most 256 bytes");
  if (is_guessed_first(password, owner))
    return said(Errc::invalid_argument, "这个密码太常见，容易被猜中；请用几个互不相干的词，或一句只有自己知道的话",
                "this password is among the first that are guessed; use several words that have nothing to do with one "
                "another, or a sentence that only you know");
  return {};
}

}  // namespace lianxin::server
