#include "server/telemetry/log.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>

namespace lianxin::server {
namespace {

struct Sink {
  std::mutex mutex;
  std::function<void(const std::string&)> function;
};

// Never destroyed: a thread may log while the process is leaving.
Sink& sink() {
  static Sink& one = *new Sink;
  return one;
}

const char* level_name(LogLevel level) {
  switch (level) {
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

void append_value(std::string& out, std::string_view value) {
  const bool cut = value.size() > log_value_bytes_max;
  if (cut) value = value.substr(0, log_value_bytes_max);
  bool plain = !value.empty() && !cut;
  for (const char c : value) plain = plain && !is_control(c) && c != ' ' && c != '"' && c != '=' && c != '\\';
  if (plain) {
    out += value;
    return;
  }
  static constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (is_control(c)) {
      const auto byte = static_cast<unsigned char>(c);
      ((out += "\\x") += digits[byte >> 4]) += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += cut ? "...\"" : "\"";
}

void append_time(std::string& out, std::int64_t unix_ms) {
  const std::int64_t ms = ((unix_ms % 1000) + 1000) % 1000;
  const std::time_t seconds = static_cast<std::time_t>((unix_ms - ms) / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  out.append(text.data(), size);
  std::snprintf(text.data(), text.size(), ".%03dZ", static_cast<int>(ms));
  out += text.data();
}

}  // namespace

std::string log_line(std::int64_t unix_ms, LogLevel level, std::string_view event, LogFields fields) {
  std::string line;
  append_time(line, unix_ms);
  (line += ' ') += level_name(level);
  (line += ' ') += event;
  for (const auto& [name, value] : fields) {
    ((line += ' ') += name) += '=';
    append_value(line, value);
  }
  return line;
}

void log_event(std::string_view event, LogFields fields) { log_event(LogLevel::info, event, fields); }

void log_event(LogLevel level, std::string_view event, LogFields fields) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string line = log_line(std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), level, event, fields);
  Sink& to = sink();
  const std::lock_guard lock(to.mutex);
  if (to.function) {
    to.function(line);
    return;
  }
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void set_log_sink(std::function<void(const std::string&)> function) {
  const std::lock_guard lock(sink().mutex);
  sink().function = std::move(function);
}

}  // namespace lianxin::server
