#include "server/backup/times.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace lianxin::server {
namespace {

using namespace std::chrono;

struct Parts {
  year_month_day day;
  hh_mm_ss<milliseconds> time;
};

Parts parts_of(std::int64_t ms) {
  const sys_time<milliseconds> moment{milliseconds(ms)};
  const sys_days day = floor<days>(moment);
  return {year_month_day(day), hh_mm_ss<milliseconds>(moment - day)};
}

std::string text_by(const char* form, std::int64_t ms) {
  const Parts parts = parts_of(ms);
  char text[64];
  std::snprintf(text, sizeof text, form, static_cast<int>(parts.day.year()), static_cast<unsigned>(parts.day.month()),
                static_cast<unsigned>(parts.day.day()), static_cast<int>(parts.time.hours().count()),
                static_cast<int>(parts.time.minutes().count()), static_cast<int>(parts.time.seconds().count()),
                static_cast<int>(parts.time.subseconds().count()));
  return text;
}

// Takes what it reads off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool digits(std::size_t count, int& number) {
    if (text_.size() < count) return false;
    number = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      number = number * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  bool sign(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // ".1", ".12", ".123456789": cut to milliseconds.
  bool fraction(int& ms) {
    ms = 0;
    int places = 0;
    for (int digit = 0; digits(1, digit); ++places) {
      if (places < 3) ms = ms * 10 + digit;
    }
    for (int i = places; i < 3; ++i) ms *= 10;
    return places > 0;
  }
  bool zone(int& minutes) {
    if (sign('Z')) return true;
    const bool west = !text_.empty() && text_.front() == '-';
    int hours = 0;
    if (!sign(west ? '-' : '+') || !digits(2, hours)) return false;
    (void)sign(':');
    if (!digits(2, minutes) || hours > 23 || minutes > 59) return false;
    minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace

std::string utc_text(std::int64_t ms) { return text_by("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", ms); }
std::string utc_stamp(std::int64_t ms) { return text_by("%04d%02u%02uT%02d%02d%02d.%03dZ", ms); }

std::optional<std::int64_t> parse_time(std::string_view text) {
  std::int64_t ms = 0;
  const char* const end = text.data() + text.size();
  if (const auto [at, error] = std::from_chars(text.data(), end, ms); error == std::errc{} && at == end && ms >= 0) {
    return ms;
  }
  Reader in(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, fraction_ms = 0, zone_minutes = 0;
  if (!in.digits(4, y) || !in.sign('-') || !in.digits(2, mo) || !in.sign('-') || !in.digits(2, d)) return std::nullopt;
  if (!in.sign('T') || !in.digits(2, h) || !in.sign(':') || !in.digits(2, mi)) return std::nullopt;
  if (in.sign(':') && !in.digits(2, s)) return std::nullopt;
  if (in.sign('.') && !in.fraction(fraction_ms)) return std::nullopt;
  if (!in.zone(zone_minutes) || !in.at_end()) return std::nullopt;
  const year_month_day day{year(y), month(static_cast<unsigned>(mo)), std::chrono::day(static_cast<unsigned>(d))};
  if (!day.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
  const auto moment = sys_days(day) + hours(h) + minutes(mi - zone_minutes) + seconds(s) + milliseconds(fraction_ms);
  return duration_cast<milliseconds>(moment.time_since_epoch()).count();
}

}  // namespace lianxin::server
