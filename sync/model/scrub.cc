#include "sync/model/scrub.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "schema/text.h"

namespace lianxin {
namespace {

struct Sign {
  char32_t c = 0;  // full width as plain, small letters as capitals
  std::size_t from = 0, to = 0;
};

char32_t plain(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
  return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

std::vector<Sign> signs_of(std::string_view text) {
  std::vector<Sign> signs;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t from = text.size() - rest.size();
    const char32_t c = plain(take_character(rest));
    signs.push_back({c, from, text.size() - rest.size()});
  }
  return signs;
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return c >= 'A' && c <= 'Z'; }

// May stand between the digits of one number.
bool parts_digits(char32_t c) {
  constexpr char32_t dashes[] = {'-', '.', 0x00B7, 0x2010, 0x2011, 0x2013, 0x2014, 0x2212, 0x30FB, '(', ')', '/'};
  return is_blank(c) || std::find(std::begin(dashes), std::end(dashes), c) != std::end(dashes);
}

// Digits that stand together, and how far the next ones are.
struct Run {
  std::string digits;
  std::size_t first = 0, last = 0;  // signs, last included
  bool near_next = false;
};

constexpr std::size_t signs_between_max = 3;

std::vector<Run> runs_of(const std::vector<Sign>& signs) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < signs.size();) {
    if (!is_digit(signs[i].c)) {
      ++i;
      continue;
    }
    Run run{{}, i, i, false};
    for (; i < signs.size() && is_digit(signs[i].c); ++i) run.digits += static_cast<char>(signs[i].c);
    run.last = i - 1;
    std::size_t next = i;
    while (next < signs.size() && next - i < signs_between_max && parts_digits(signs[next].c)) ++next;
    run.near_next = next < signs.size() && is_digit(signs[next].c);
    runs.push_back(std::move(run));
  }
  return runs;
}

bool is_mobile(std::string_view digits) {
  for (const std::string_view prefix : {"0086", "86", "0"}) {
    if (digits.size() == 11 + prefix.size() && digits.starts_with(prefix)) digits.remove_prefix(prefix.size());
  }
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

// 0914-4321234.
bool is_landline(std::string_view digits, bool parted) {
  return parted && digits.size() >= 10 && digits.size() <= 12 && digits[0] == '0' && digits[1] != '0';
}

bool is_card(std::string_view digits) {
  if (digits.size() < 16 || digits.size() > 19) return false;
  int sum = 0;  // Luhn
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

// 18 digits, or 17 and an X; the older ones had 15.
bool is_identity(std::string_view digits, bool with_x) {
  return with_x ? digits.size() == 17 : digits.size() == 18 || digits.size() == 15;
}

// One past the last sign of the number that begins with a run; 0 where none does. The longest.
std::size_t end_of_number(const std::vector<Sign>& signs, const std::vector<Run>& runs, std::size_t first) {
  std::size_t end = 0;
  std::string digits;
  for (std::size_t i = first; i < runs.size() && digits.size() <= 19; ++i) {
    // A day before a telephone number is no part of it.
    if (i > first && (is_mobile(runs[i].digits) || is_identity(runs[i].digits, false))) break;
    digits += runs[i].digits;
    const std::size_t behind = runs[i].last + 1;
    const bool with_x = behind < signs.size() && signs[behind].c == 'X';
    if (is_identity(digits, with_x)) {
      end = behind + (with_x ? 1 : 0);
    } else if (is_mobile(digits) || is_landline(digits, i > first) || is_card(digits)) {
      end = behind;
    }
    if (!runs[i].near_next) break;
  }
  return end;
}

// The plate that begins at a sign: 陕A12345, 陕Ａ·D12345.
std::size_t end_of_plate(const std::vector<Sign>& signs, std::size_t at) {
  constexpr char32_t provinces[] = U"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
  constexpr char32_t last_ones[] = U"挂学警港澳";
  const auto among = [](const auto& list, char32_t c) {
    return std::find(std::begin(list), std::end(list) - 1, c) != std::end(list) - 1;
  };
  if (at + 6 >= signs.size() || !among(provinces, signs[at].c) || !is_letter(signs[at + 1].c)) return 0;
  std::size_t i = at + 2;
  while (i < signs.size() && i < at + 4 && parts_digits(signs[i].c)) ++i;
  std::size_t taken = 0;
  bool any_digit = false;
  for (; i < signs.size() && taken < 6; ++i, ++taken) {
    const char32_t c = signs[i].c;
    if (!is_digit(c) && !is_letter(c) && !(taken >= 4 && among(last_ones, c))) break;
    any_digit |= is_digit(c);
  }
  return taken >= 5 && any_digit ? i : 0;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> numbers_of_persons(std::string_view text) {
  const std::vector<Sign> signs = signs_of(text);
  const std::vector<Run> runs = runs_of(signs);
  std::vector<std::pair<std::size_t, std::size_t>> found;
  std::size_t run = 0;
  for (std::size_t at = 0; at < signs.size();) {
    while (run < runs.size() && runs[run].first < at) ++run;
    std::size_t end = end_of_plate(signs, at);
    if (end == 0 && run < runs.size() && runs[run].first == at) end = end_of_number(signs, runs, run);
    if (end == 0) {
      ++at;
      continue;
    }
    found.emplace_back(signs[at].from, signs[end - 1].to);
    at = end;
  }
  return found;
}

}  // namespace lianxin
