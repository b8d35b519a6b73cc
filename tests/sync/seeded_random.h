// Randomness from a seed (SplitMix64, Steele et al. 2014): the same numbers on every machine and library, so that a
// failing seed fails again anywhere.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sync/crypto/random.h"

namespace lianxin {

class SeededRandom final : public Random {
 public:
  // The seed is mixed first: neighbouring seeds would else give one sequence, shifted.
  explicit SeededRandom(std::uint64_t seed) : state_(mixed(seed + 0xD1B54A32D192ED03u)) {}

  std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15u); }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }  // bound > 0
  std::int64_t between(std::int64_t low, std::int64_t high) {                                // both included
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next());
  }

  template <class IdType>
  IdType id() {
    IdType made;
    fill(made.bytes);
    return made;
  }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace lianxin
