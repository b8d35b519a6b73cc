// What the SDK needs from the phone around it: clocks, randomness, a key for what lies on its disk.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

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

// The key under which an app guards the phone's file (PhoneOptions::store_key): 32 bytes drawn at random, which it
// keeps where no copy of the file takes them along, such as the phone's key store.
using StoreKey = std::array<std::uint8_t, 32>;
// Gives it whenever the file is opened or unlocked, on the thread that asks; must not call the Phone. Nothing: the key
// store does not give it now.
using StoreKeySource = std::function<std::optional<StoreKey>()>;

// Randomness for keys, ids, salts and nonces, which nobody may guess; that of the operating system unless a test hands
// in another.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace lianxin
