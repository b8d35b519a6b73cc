#include "schema/position.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace lianxin {
namespace {

constexpr std::size_t places = 6;
constexpr std::size_t digits_max = 40;
constexpr int exponent_max = 20;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes the exponent off the end: 1.128e2 leaves 1.128 and gives 2.
bool take_exponent(std::string_view& text, int& exponent) {
  const std::size_t at = text.find_first_of("eE");
  if (at == std::string_view::npos) return true;
  std::string_view digits = text.substr(at + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  text = text.substr(0, at);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size() && exponent >= -exponent_max &&
         exponent <= exponent_max;
}

// As it was given where it is no number, or needs no rounding.
std::string rounded(const std::string& given) {
  std::string_view text = given;
  const bool below = text.starts_with('-');
  if (below) text.remove_prefix(1);
  int exponent = 0;
  if (!take_exponent(text, exponent)) return given;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string whole(text.substr(0, point)), fraction(text.substr(std::min(point + 1, text.size())));
  if (whole.empty() || whole.size() + fraction.size() > digits_max || !all_digits(whole) || !all_digits(fraction)) {
    return given;
  }
  if (exponent == 0 && fraction.size() <= places) return given;
  for (; exponent > 0; --exponent) {
    whole += fraction.empty() ? '0' : fraction.front();
    if (!fraction.empty()) fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    fraction.insert(fraction.begin(), whole.empty() ? '0' : whole.back());
    if (!whole.empty()) whole.pop_back();
  }
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > 9) return given;
  fraction.resize(std::max(fraction.size(), places + 1), '0');
  std::int64_t millionths = std::stoll("0" + whole + fraction.substr(0, places)) + (fraction[places] >= '5' ? 1 : 0);
  const bool minus = below && millionths != 0;
  std::string out = std::to_string(millionths);
  if (out.size() <= places) out.insert(0, places + 1 - out.size(), '0');
  out.insert(out.size() - places, ".");
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return (minus ? "-" : "") + out;
}

}  // namespace

Value rounded_position(Value position) {
  if (!position.object()) return position;
  Value::Object parts = *position.object();
  for (const char* name : {"lat", "lon"}) {
    const auto at = parts.find(name);
    if (at != parts.end() && at->second.text()) at->second = Value(rounded(*at->second.text()));
  }
  return Value(std::move(parts));
}

}  // namespace lianxin
