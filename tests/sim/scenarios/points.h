// How a seed names one fault point of a fixed story.
#pragma once

#include <cstdint>

#include "tests/sim/files/fault_files.h"

namespace lianxin::sim {

// Seeds 1 … n visit each of the n points once, far apart in neighbouring seeds, so that a few seeds are spread over the
// whole story. Counted from 0. n > 0.
inline std::uint64_t spread(std::uint64_t seed, std::uint64_t points) {
  constexpr std::uint64_t stride = 2'654'435'761;  // a prime, so it shares no factor with any smaller n
  return (seed % points) * (stride % points) % points;
}

// How much of the call at which the power fails is done.
inline Done done_of(std::uint64_t seed) { return static_cast<Done>((seed * 0x9E3779B97F4A7C15u >> 33) % 3); }

}  // namespace lianxin::sim
