// Where randomness comes from is the caller's choice: a device's generator in programs, a seed in tests.
#pragma once

#include <cstdint>
#include <span>

namespace lianxin {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace lianxin
