#include "client-sdk/phone/pins.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "client-sdk/core/problems.h"
#include "schema/assert.h"
#include "schema/text.h"

namespace lianxin::client {
namespace {

constexpr std::size_t pin_chars_min = 4;
constexpr std::int64_t failures_max = 5, lock_ms = 60'000;

constexpr Query set_pin{"set_pin", R"sql(
  INSERT INTO pin (member, salt, hash) VALUES ($1, $2, $3)
  ON CONFLICT (member) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, failures = 0
)sql"};
constexpr Query get_pin{"get_pin", "SELECT salt, hash, failures, failed_boot, failed_ms FROM pin WHERE member = $1"};
constexpr Query note_failure{"note_failure", R"sql(
  UPDATE pin SET failures = $2, failed_boot = $3, failed_ms = $4 WHERE member = $1
)sql"};

// scrypt (RFC 7914) with 16 MiB: about 50 ms on a cheap phone, for each of the ten thousand PINs of four digits.
Bytes<32> stretched(std::string_view pin, const Bytes<16>& salt) {
  Bytes<32> hash{};
  LX_ASSERT(EVP_PBE_scrypt(pin.data(), pin.size(), salt.data(), salt.size(), 1 << 14, 8, 1, 64 << 20, hash.data(),
                           hash.size()) == 1);
  return hash;
}

}  // namespace

bool Pins::has(const MemberId& member) {
  bool found = false;
  phone_.db().each(get_pin, [&](SQLite::Statement&) { found = true; }, member);
  return found;
}

Status Pins::set(const MemberId& member, std::string_view pin) {
  if (character_count(pin) < pin_chars_min) return refuse_with("pin_too_short");
  Bytes<16> salt;
  phone_.fill(salt);
  phone_.db().exec(set_pin, member, salt, stretched(pin, salt));
  return {};
}

Result<bool> Pins::check(const MemberId& member, std::string_view pin) {
  bool found = false;
  Bytes<16> salt{};
  Bytes<32> hash{};
  std::int64_t failures = 0, failed_ms = 0;
  std::string failed_boot;
  phone_.db().each(get_pin, [&](SQLite::Statement& row) {
    found = true;
    salt = bytes_at<16>(row, 0);
    hash = bytes_at<32>(row, 1);
    failures = row.getColumn(2).getInt64();
    failed_boot = row.getColumn(3).getString();
    failed_ms = row.getColumn(4).getInt64();
  }, member);
  if (!found) return refuse_with("pin_missing");
  const ClockReading now = phone_.clocks();
  const bool same_boot = now.boot_id == failed_boot;
  if (failures >= failures_max && same_boot && now.boot_ms - failed_ms < lock_ms) return refuse_with("pin_locked");
  const Bytes<32> tried = stretched(pin, salt);
  const bool right = CRYPTO_memcmp(tried.data(), hash.data(), hash.size()) == 0;
  phone_.db().exec(note_failure, member, right ? std::int64_t{0} : failures + 1, now.boot_id, now.boot_ms);
  return right;
}

}  // namespace lianxin::client
