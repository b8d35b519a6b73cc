#include "client-sdk/store/pin_tries.h"

#include <algorithm>

namespace lianxin::client {
namespace {

constexpr Query read_tries{"read_pin_tries", "SELECT failures, failed_boot, failed_ms FROM file_pin_try"};
constexpr Query write_tries{"write_pin_tries", R"sql(
  INSERT INTO file_pin_try (one, failures, failed_boot, failed_ms) VALUES (1, $1, $2, $3)
  ON CONFLICT (one) DO UPDATE SET failures = excluded.failures, failed_boot = excluded.failed_boot,
    failed_ms = excluded.failed_ms
)sql"};
constexpr Query forget_tries{"forget_pin_tries", "DELETE FROM file_pin_try"};

constexpr std::int64_t tries_at_once = 5, first_wait_ms = 60'000, wait_ms_max = 3'600'000;

struct Tries {
  std::int64_t failures = 0;
  std::string boot;
  std::int64_t at_ms = 0;
};

std::int64_t wait_after(std::int64_t failures) {
  if (failures < tries_at_once) return 0;
  const std::int64_t doubled = std::min<std::int64_t>(failures - tries_at_once, 10);
  return std::min(first_wait_ms << doubled, wait_ms_max);
}

}  // namespace

std::int64_t PinTries::begin(PhoneClock& clock) {
  const auto read = [](SQLite::Statement& row) {
    return Tries{row.getColumn(0).getInt64(), row.getColumn(1).getString(), row.getColumn(2).getInt64()};
  };
  const Tries tries = db_.one(read_tries, read).value_or(Tries{});
  const std::string boot = clock.boot_id();
  const std::int64_t now_ms = boot.empty() ? clock.wall_ms() : clock.boot_ms();
  // After a restart the time since then is all that is known to have passed.
  std::int64_t passed_ms = boot == tries.boot ? now_ms - tries.at_ms : now_ms;
  const bool set_back = passed_ms < 0;  // of a wall clock: it waits from now on, and not until that time comes again
  if (set_back) passed_ms = 0;
  const std::int64_t left_ms = std::max<std::int64_t>(0, wait_after(tries.failures) - passed_ms);
  if (left_ms == 0) {
    db_.exec(write_tries, tries.failures + 1, boot, now_ms);
  } else if (set_back) {
    db_.exec(write_tries, tries.failures, boot, now_ms);
  }
  return left_ms;
}

void PinTries::forget() { db_.exec(forget_tries); }

}  // namespace lianxin::client
