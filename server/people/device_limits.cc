#include "server/people/device_limits.h"

#include <algorithm>

namespace lianxin::server {
namespace {

constexpr std::int64_t soon_ms = 2'000;  // until another request of the device has been answered

}  // namespace

DeviceLimits::Turn::~Turn() {
  const std::lock_guard lock(limits_.mutex_);
  const auto at = limits_.at_work_.find(device_);
  if (--at->second == 0) limits_.at_work_.erase(at);
}

DeviceLimits::Turn DeviceLimits::begin(const DeviceId& device, const Asked& asked, std::int64_t now_ms) {
  bool too_many = false;
  {
    const std::lock_guard lock(mutex_);
    too_many = ++at_work_[device] > at_a_time_max;
  }
  bool without_page = false;
  const std::int64_t wait_ms = too_many ? soon_ms : take(device.text(), asked, now_ms, without_page);
  return {*this, device, wait_ms, without_page};
}

std::int64_t DeviceLimits::take(const std::string& key, const Asked& asked, std::int64_t now_ms, bool& without_page) {
  const auto brought = static_cast<double>(asked.lines), size = static_cast<double>(asked.bytes);
  const bool brings = asked.lines > 0;
  if (brings) {
    const std::int64_t wait_ms = std::max(lines_.wait_ms(key, brought, now_ms), bytes_.wait_ms(key, size, now_ms));
    if (wait_ms > 0) return wait_ms;
  }
  const double kept_for_pushes = brings ? 0 : requests.most / 5;
  if (const std::int64_t wait_ms = requests_.take(key, 1, now_ms, kept_for_pushes); wait_ms > 0) return wait_ms;
  if (asked.from_zero > 0) {
    const std::int64_t wait_ms = from_zero_.take(key, static_cast<double>(asked.from_zero), now_ms);
    if (wait_ms > 0 && !brings) return wait_ms;
    without_page = wait_ms > 0;
  }
  if (brings) {
    lines_.spend(key, brought, now_ms);
    bytes_.spend(key, size, now_ms);
  }
  return 0;
}

std::int64_t DeviceLimits::take_rekey(const DeviceId& device, std::int64_t now_ms) {
  return rekeys_.take(device.text(), 1, now_ms);
}

void DeviceLimits::note_held(const DeviceId& device, const Asked& asked, std::size_t held, std::int64_t now_ms) {
  if (held == 0 || asked.lines == 0 || asked.bytes / asked.lines < held_line_bytes) return;
  const double share = static_cast<double>(std::min(held, asked.lines)) / static_cast<double>(asked.lines);
  bytes_.spend(device.text(), 3 * share * static_cast<double>(asked.bytes), now_ms);
}

}  // namespace lianxin::server
