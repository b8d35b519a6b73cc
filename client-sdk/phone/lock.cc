#include "client-sdk/phone/lock.h"

#include <charconv>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/pins.h"
#include "client-sdk/store/pins.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t lock_after_ms = 5 * 60'000;

}  // namespace

Result<bool> is_locked(PhoneCore& phone) {
  const Result<Identity> who = phone.identity();
  if (!who || !who->shared) return false;
  if (!has_pin(phone, who->current) && !StoredPins(phone.db()).was_reset(who->current)) return false;
  LX_TRY(const std::optional<std::string> used, Meta(phone.db()).get(meta_names::used));
  if (!used) return true;
  const std::size_t end = used->find('\n');
  std::int64_t used_ms = 0;
  std::from_chars(used->data(), used->data() + std::min(end, used->size()), used_ms);
  const ClockReading now = phone.clocks();
  const bool same_boot = end != std::string::npos && used->substr(end + 1) == now.boot_id;
  const std::int64_t since_ms = lock_clock(now) - used_ms;
  return !same_boot || since_ms < 0 || since_ms >= lock_after_ms;
}

Status check_unlocked(PhoneCore& phone) {
  LX_TRY(const bool locked, is_locked(phone));
  if (locked) return refuse_with(problem_code::member_locked);
  return {};
}

void note_used(PhoneCore& phone) {
  const Result<Identity> who = phone.identity();
  if (!who || !who->shared) return;
  const ClockReading now = phone.clocks();
  Meta(phone.db()).set(meta_names::used, std::to_string(lock_clock(now)) + "\n" + now.boot_id);
}

void lock_now(PhoneCore& phone) { Meta(phone.db()).erase(meta_names::used); }

}  // namespace lianxin::client
