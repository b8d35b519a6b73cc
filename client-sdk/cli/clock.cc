#include "clock.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace lianxin::cli {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// YYYY-MM-DDTHH:MM[:SS][.mmm][Z|+HH:MM]; without a zone it is Shanghai's.
std::optional<std::int64_t> iso_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d%n", &year, &month, &day, &hour, &minute, &used) != 5) {
    return std::nullopt;
  }
  std::string rest = text.substr(static_cast<std::size_t>(used));
  int taken = 0;
  if (std::sscanf(rest.c_str(), ":%2d%n", &second, &taken) == 1) rest = rest.substr(static_cast<std::size_t>(taken));
  int millis = 0;
  if (std::sscanf(rest.c_str(), ".%3d%n", &millis, &taken) == 1) rest = rest.substr(static_cast<std::size_t>(taken));
  std::int64_t zone_minutes = 8 * 60;
  char sign = '+';
  int zone_hour = 0, zone_minute = 0;
  if (rest == "Z") {
    zone_minutes = 0;
  } else if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &zone_hour, &zone_minute) == 3 &&
             (sign == '+' || sign == '-')) {
    zone_minutes = (zone_hour * 60 + zone_minute) * (sign == '-' ? -1 : 1);
  } else if (!rest.empty()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute - zone_minutes) * 60'000 + second * 1000 + millis;
}

}  // namespace

bool OptionClock::set(const std::string& clock, const std::string& boot_clock, const std::string& boot_id) {
  if (const auto offset = number(clock)) {
    offset_ms_ = *offset;
  } else if (!clock.empty()) {
    fixed_ms_ = iso_time(clock);
    if (!fixed_ms_) return false;
    boot_id_ = "";
  }
  if (!boot_clock.empty()) {
    boot_ms_ = number(boot_clock);
    if (!boot_ms_) return false;
  }
  if (!boot_id.empty()) boot_id_ = boot_id;
  return true;
}

std::int64_t OptionClock::wall_ms() { return fixed_ms_ ? *fixed_ms_ : system_clock().wall_ms() + offset_ms_; }
std::int64_t OptionClock::boot_ms() { return boot_ms_ ? *boot_ms_ : system_clock().boot_ms(); }
std::string OptionClock::boot_id() { return boot_id_ ? *boot_id_ : system_clock().boot_id(); }

}  // namespace lianxin::cli
