#include "client-sdk/phone/pins.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "client-sdk/core/problems.h"
#include "client-sdk/store/pins.h"
#include "schema/assert.h"
#include "schema/text.h"

namespace lianxin::client {
namespace {

constexpr std::size_t pin_chars_min = 4;
constexpr std::int64_t failures_max = 5, lock_ms = 60'000;

// scrypt (RFC 7914) with 16 MiB: about 50 ms on a cheap phone, for each of the ten thousand PINs of four digits.
Bytes<32> stretched(std::string_view pin, const Bytes<16>& salt) {
  Bytes<32> hash{};
  LX_ASSERT(EVP_PBE_scrypt(pin.data(), pin.size(), salt.data(), salt.size(), 1 << 14, 8, 1, 64 << 20, hash.data(),
                           hash.size()) == 1);
  return hash;
}

bool is_locked(const StoredPin& pin, const ClockReading& now) {
  const std::int64_t since_ms = lock_clock(now) - pin.failed_ms;
  return pin.failures >= failures_max && now.boot_id == pin.failed_boot && since_ms >= 0 && since_ms < lock_ms;
}

}  // namespace

std::int64_t lock_clock(const ClockReading& now) { return now.boot_id.empty() ? now.wall_ms : now.boot_ms; }

bool has_pin(PhoneCore& phone, const MemberId& member) { return StoredPins(phone.db()).find(member).has_value(); }

Status store_pin(PhoneCore& phone, const MemberId& member, std::string_view pin) {
  if (character_count(pin) < pin_chars_min) return refuse_with(problem_code::pin_too_short);
  Bytes<16> salt;
  phone.fill(salt);
  StoredPins(phone.db()).put(member, salt, stretched(pin, salt));
  return {};
}

Result<bool> check_pin(PhoneCore& phone, const MemberId& member, std::string_view pin) {
  const std::optional<StoredPin> stored = StoredPins(phone.db()).find(member);
  if (!stored) return refuse_with(problem_code::pin_missing);
  const ClockReading now = phone.clocks();
  if (is_locked(*stored, now)) return refuse_with(problem_code::pin_locked);
  const Bytes<32> tried = stretched(pin, stored->salt);
  const bool right = CRYPTO_memcmp(tried.data(), stored->hash.data(), tried.size()) == 0;
  StoredPins(phone.db()).note_failures(member, right ? 0 : stored->failures + 1, now.boot_id, lock_clock(now));
  return right;
}

}  // namespace lianxin::client
