// The clock of one phone of the story. While a person makes records offline it shows the time of the story, months ago;
// when the phone syncs it is now. The phone was never switched off in between, so its boot clock has counted the whole
// age of every change, and the server gives each the time at which it was truly made, whatever the wall clock showed
// (PROTOCOL 3.9). `be_slow` sets the wall clock back, and only that: nobody can set a boot clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "lianxin/device.h"

namespace lianxin::demo {

class StoryClock final : public PhoneClock {
 public:
  explicit StoryClock(std::string phone) : boot_id_("boot-" + std::move(phone)) {}

  // From here on it is this true time, and a second later with every look at the wall clock.
  void go_to(std::int64_t true_ms) { story_ms_ = true_ms; }
  void go_to_now() { story_ms_ = 0; }
  void be_slow(std::int64_t ms) { slow_ms_ = ms; }

  std::int64_t wall_ms() override {
    if (story_ms_ > 0) story_ms_ += 1000;
    return true_ms() - slow_ms_;
  }
  std::int64_t boot_ms() override { return true_ms() - booted_ms; }
  std::string boot_id() override { return boot_id_; }

 private:
  static constexpr std::int64_t booted_ms = 1'767'225'600'000;  // 2026-01-01, before anything in the story
  std::int64_t true_ms() const {
    using namespace std::chrono;
    return story_ms_ > 0 ? story_ms_ : duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }

  std::string boot_id_;
  std::int64_t story_ms_ = 0;  // 0: the present
  std::int64_t slow_ms_ = 0;
};

}  // namespace lianxin::demo
