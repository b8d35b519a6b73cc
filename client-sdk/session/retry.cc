#include "client-sdk/session/retry.h"

#include <algorithm>

namespace lianxin::client {
namespace {

constexpr std::int64_t first_ms = 1'000, cap_ms = 60'000;

}  // namespace

std::optional<std::int64_t> Retry::wait_ms(Random& random, std::int64_t server_asks_ms) {
  // Full jitter (Brooker, 2015): anywhere below the bound, so that phones that failed together do not return together.
  const std::int64_t bound = std::min(cap_ms, first_ms << std::min(failures_++, 6));
  std::uint32_t drawn = 0;
  random.fill({reinterpret_cast<std::uint8_t*>(&drawn), sizeof drawn});
  const std::int64_t delay = std::max<std::int64_t>(drawn % (bound + 1), server_asks_ms);
  if (waited_ms_ + delay >= retry_for_ms_) return std::nullopt;
  waited_ms_ += delay;
  return delay;
}

void Retry::answered() {
  failures_ = 0;
  waited_ms_ = 0;
}

}  // namespace lianxin::client
