#include "schema/day.h"

#include <algorithm>
#include <array>

namespace lianxin {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
constexpr std::int64_t shanghai_ms = 8LL * 60 * 60 * 1000;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is last.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct Civil {
  std::int64_t year, month, day;
};

Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = floor_div(days, 146097);
  const std::int64_t of_era = days - era * 146097;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t month = shifted + (shifted < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, of_year - (153 * shifted + 2) / 5 + 1};
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// The number that `digits` digits from `at` on make, or -1.
std::int64_t digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  std::int64_t value = 0;
  for (const char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

}  // namespace

std::optional<std::int64_t> day_number(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::int64_t year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return days_from_civil(year, month, day);
}

std::string day_text(std::int64_t day) {
  day = std::clamp(day, days_from_civil(1, 1, 1), days_from_civil(9999, 12, 31));
  const Civil civil = civil_from_days(day);
  return padded(civil.year, 4) + '-' + padded(civil.month, 2) + '-' + padded(civil.day, 2);
}

bool is_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  const std::int64_t hour = digits_at(text, 0, 2), minute = digits_at(text, 3, 2);
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

std::int64_t day_number_in_shanghai(std::int64_t unix_ms) {
  // A sick clock may say anything: keep clear of the ends, where adding the offset would overflow.
  unix_ms = std::clamp(unix_ms, INT64_MIN + day_ms, INT64_MAX - day_ms);
  return floor_div(unix_ms + shanghai_ms, day_ms);
}

std::string day_in_shanghai(std::int64_t unix_ms) { return day_text(day_number_in_shanghai(unix_ms)); }

std::string local_time_text(std::int64_t unix_ms) {
  unix_ms = std::clamp(unix_ms, INT64_MIN + day_ms, INT64_MAX - day_ms);
  const std::int64_t minutes = floor_div(unix_ms + shanghai_ms, 60 * 1000);
  const std::int64_t of_day = minutes - floor_div(minutes, 24 * 60) * 24 * 60;
  return day_in_shanghai(unix_ms) + ' ' + padded(of_day / 60, 2) + ':' + padded(of_day % 60, 2);
}

}  // namespace lianxin
