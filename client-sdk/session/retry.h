// When a call that was not answered, or only with "later", is made again.
#pragma once

#include <cstdint>
#include <optional>

#include "sync/crypto/random.h"

namespace lianxin::client {

class Retry {
 public:
  // `retry_for_ms`: so long is waited in all since the server was last heard; 0: not once.
  explicit Retry(std::int64_t retry_for_ms) : retry_for_ms_(retry_for_ms) {}

  // After one more failure: how long to wait, at least what the server asked for (negative: nothing). None: the time is
  // up.
  std::optional<std::int64_t> wait_ms(Random& random, std::int64_t server_asks_ms);
  void answered();  // the server was heard: all begins anew

 private:
  const std::int64_t retry_for_ms_;
  std::int64_t waited_ms_ = 0;
  int failures_ = 0;  // in a row
};

}  // namespace lianxin::client
