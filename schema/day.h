// Days and times of day in Asia/Shanghai (UTC+8, no summer time), without the system's time zone tables: a phone in a
// village and a server abroad must name the same day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lianxin {

// Days since 1970-01-01 in the Gregorian calendar.
std::optional<std::int64_t> day_number(std::string_view yyyy_mm_dd);  // empty: no such day; years 1 to 9999
std::string day_text(std::int64_t day_number);                        // YYYY-MM-DD; clamped to years 1 to 9999

bool is_time_of_day(std::string_view hh_mm);  // 00:00 to 23:59

std::int64_t day_number_in_shanghai(std::int64_t unix_ms);
std::string day_in_shanghai(std::int64_t unix_ms);  // YYYY-MM-DD
std::string local_time_text(std::int64_t unix_ms);  // YYYY-MM-DD HH:MM there

}  // namespace lianxin
