// Clocks of a phone that a test moves.
#pragma once

#include "lianxin/device.h"

namespace lianxin::client {

class TestClock final : public PhoneClock {
 public:
  std::int64_t now_ms = 1'800'000'000'000, booted_ms = 1'799'000'000'000;
  std::int64_t offset_ms = 0;  // how wrong the wall clock is
  std::string boot = "boot-1";

  std::int64_t wall_ms() override { return now_ms + offset_ms; }
  std::int64_t boot_ms() override { return now_ms - booted_ms; }
  std::string boot_id() override { return boot; }
};

}  // namespace lianxin::client
