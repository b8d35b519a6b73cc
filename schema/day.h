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
int weekday(std::int64_t day_number);                                 // 1 Monday … 7 Sunday (ISO 8601)

bool is_time_of_day(std::string_view hh_mm);  // 00:00 to 23:59

std::int64_t day_number_in_shanghai(std::int64_t unix_ms);
std::string day_in_shanghai(std::int64_t unix_ms);      // YYYY-MM-DD
std::string local_time_text(std::int64_t unix_ms);      // YYYY-MM-DD HH:MM there
std::int64_t start_of_day_ms(std::int64_t day_number);  // the Unix milliseconds of 00:00 there

}  // namespace lianxin
