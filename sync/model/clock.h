// Hybrid logical clock (Kulkarni et al., 2014): wall time joined to a counter, so that later always sorts later.
// Clocks decide only which of several surviving values is shown, never what survives.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lianxin {

// 48 bits of Unix milliseconds, then 16 bits of counter. On the wire a decimal text: a browser rounds above 2^53.
struct Hlc {
  std::uint64_t value = 0;

  static Hlc at(std::int64_t unix_ms, std::uint16_t counter = 0);  // clamped to [0, 2^48) ms
  std::int64_t unix_ms() const { return static_cast<std::int64_t>(value >> 16); }
  Hlc next() const { return {value == UINT64_MAX ? value : value + 1}; }  // of the last there is none
  std::string text() const { return std::to_string(value); }
  static std::optional<Hlc> parse(std::string_view text);

  friend auto operator<=>(const Hlc&, const Hlc&) = default;
};

// The next stamp of one device: greater than `last`, and not before the wall.
Hlc tick(Hlc last, std::int64_t wall_ms);

// What a phone's clocks say at one moment. The boot clock counts milliseconds since the boot named by `boot_id` and
// runs in sleep; nobody can set it, so within one boot it measures age truly whatever the wall clock was set to.
struct ClockReading {
  std::int64_t wall_ms = 0;
  std::int64_t boot_ms = 0;
  std::string boot_id;
};

// A claimed stamp put right: for a change made since the phone's last boot, the server's time less its age by the
// boot clock; else by the skew measured in this request. Clamped to the server's time + forward_clock_ms_max.
Hlc corrected(Hlc claimed, const ClockReading& made, const ClockReading& sent, std::int64_t server_ms);

}  // namespace lianxin
