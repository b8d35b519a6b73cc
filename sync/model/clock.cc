#include "sync/model/clock.h"

#include <algorithm>
#include <charconv>

#include "schema/saturating.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

constexpr std::int64_t unix_ms_max = (std::int64_t{1} << 48) - 1;

// a - b, held within the range of a stamp: a phone may claim any two clocks.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return std::clamp(saturating_subtract(a, b), -unix_ms_max, unix_ms_max);
}

}  // namespace

Hlc Hlc::at(std::int64_t unix_ms, std::uint16_t counter) {
  const auto clamped = static_cast<std::uint64_t>(std::clamp<std::int64_t>(unix_ms, 0, unix_ms_max));
  return {clamped << 16 | counter};
}

std::optional<Hlc> Hlc::parse(std::string_view text) {
  Hlc stamp;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stamp.value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return stamp;
}

Hlc tick(Hlc last, std::int64_t wall_ms) { return std::max(last.next(), Hlc::at(wall_ms)); }

Hlc corrected(Hlc claimed, const ClockReading& made, const ClockReading& sent, std::int64_t server_ms) {
  const auto counter = static_cast<std::uint16_t>(claimed.value & 0xFFFF);
  std::int64_t ms;
  if (!made.boot_id.empty() && made.boot_id == sent.boot_id && made.boot_ms <= sent.boot_ms) {
    ms = difference(server_ms, difference(sent.boot_ms, made.boot_ms));
  } else {
    ms = claimed.unix_ms() + difference(server_ms, sent.wall_ms);
  }
  return Hlc::at(std::min(ms, server_ms + limits::forward_clock_ms_max), counter);
}

}  // namespace lianxin
