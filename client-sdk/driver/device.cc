#include "lianxin/device.h"

#include <time.h>

#include <chrono>
#include <fstream>

namespace lianxin {
namespace {

class SystemClock final : public PhoneClock {
 public:
  SystemClock() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::getline(file, boot_id_);
  }

  std::int64_t wall_ms() override {
    using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  std::int64_t boot_ms() override {
#ifdef CLOCK_BOOTTIME
    timespec now{};
    if (clock_gettime(CLOCK_BOOTTIME, &now) == 0) return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
#endif
    return 0;
  }
  std::string boot_id() override { return boot_id_; }

 private:
  std::string boot_id_;  // empty where the system tells none: then the server goes by the measured skew
};

}  // namespace

PhoneClock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace lianxin
