// The server's log: one line an event on standard error, for a person with grep and for a collector alike.
//
//   2026-11-20T08:15:30.123Z info sync device=7f3a09c2 pushed=12 note="two words"
//
// Never log what somebody recorded: ids, counts, codes and durations only. Ours and not spdlog, because one format
// and one destination (the supervisor rotates) need about eighty lines, and a log that cannot be given a format string
// or a pattern cannot be given a hostile one either.
//
// Thread-safe: a line is written whole, whoever else writes. A failing standard error is ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace lianxin::server {

enum class LogLevel { info, warning, error };

// A field's name is ours (letters, digits, underscores); its value may be anything: what is not plain is quoted and
// escaped, and cut at log_value_bytes_max so that one request cannot fill the disk.
inline constexpr std::size_t log_value_bytes_max = 1024;
using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

void log_event(std::string_view event, LogFields fields = {});
void log_event(LogLevel level, std::string_view event, LogFields fields = {});

// The line without its line feed, for `unix_ms` (UTC).
std::string log_line(std::int64_t unix_ms, LogLevel level, std::string_view event, LogFields fields);

// For tests: lines go to `sink` instead of standard error, one call at a time; an empty one restores standard error.
void set_log_sink(std::function<void(const std::string& line)> sink);

}  // namespace lianxin::server
