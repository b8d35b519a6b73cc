// The phone's clocks as the command line sets them: a phone that is three days slow, or a day that is played again.
#pragma once

#include <optional>
#include <string>

#include "lianxin/device.h"

namespace lianxin::cli {

class OptionClock final : public PhoneClock {
 public:
  // `clock`: an offset in milliseconds (+/-, to the system's), or an ISO time such as 2026-11-21T08:30:00+08:00 at
  // which the clock stands. `boot_clock` in milliseconds and `boot_id`: as given; both empty: the system's. A fixed
  // wall clock without a boot clock has no boot id, for its changes were not made since this boot. False: not
  // understood.
  bool set(const std::string& clock, const std::string& boot_clock, const std::string& boot_id);

  std::int64_t wall_ms() override;
  std::int64_t boot_ms() override;
  std::string boot_id() override;

 private:
  std::int64_t offset_ms_ = 0;
  std::optional<std::int64_t> fixed_ms_, boot_ms_;
  std::optional<std::string> boot_id_;
};

}  // namespace lianxin::cli
