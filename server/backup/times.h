// Moments as people and file names have them. All are Unix milliseconds within.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lianxin::server {

std::string utc_text(std::int64_t ms);   // 2026-11-21T12:07:03.123Z
std::string utc_stamp(std::int64_t ms);  // 20261121T120703.123Z: in a file's name, sorted as the moments are

// ISO 8601 with a zone (2026-11-21T20:07+08:00, seconds and their fractions may be left out), or digits alone: Unix
// milliseconds. Nothing for any other text: a time without a zone means two moments to two people.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace lianxin::server
