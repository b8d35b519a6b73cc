// What the SDK needs from the phone around it: clocks, randomness, a codec for what lies on its disk.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lianxin {

// The phone's clocks. Called from whichever thread calls the SDK.
class PhoneClock {
 public:
  virtual ~PhoneClock() = default;

  virtual std::int64_t wall_ms() = 0;  // Unix milliseconds, as the phone shows them, right or wrong
  // Milliseconds since boot, of a clock that runs in sleep and that nobody can set; `boot_id` names that boot. By these
  // the server knows how old a change is, whatever the wall clock was set to. An empty id: the phone has no such clock.
  virtual std::int64_t boot_ms() = 0;
  virtual std::string boot_id() = 0;
};

PhoneClock& system_clock();  // CLOCK_BOOTTIME and the kernel's boot id where there are such. Lives for ever

// What is written to disk goes through this: keys, lines, rows, grants. An app hands in one that encrypts with a key of
// the phone's key store; list and search columns hold only what is public or internal, and do not pass here.
class Codec {
 public:
  virtual ~Codec() = default;

  virtual std::string encode(std::string_view plain) = 0;
  virtual std::optional<std::string> decode(std::string_view stored) = 0;  // nothing: not what encode() wrote
};

// Randomness for keys, ids and salts; that of the operating system unless a test hands in another.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace lianxin
