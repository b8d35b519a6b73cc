#include "server/upkeep/mender.h"

#include "server/storage/snapshot.h"
#include "sync/log/mend.h"
#include "sync/log/rebuild.h"

namespace lianxin::server {

Status Mender::phone_differs(const DeviceId& device, const StudioId& studio, const Catalog& catalog,
                             std::int64_t now_ms) {
  {
    const std::lock_guard lock(noting_);
    if (!notes_.may_differ(device, studio, now_ms)) return {};
  }
  LX_CHECK(mend(studio, catalog, now_ms, true));
  return {};
}

Result<bool> Mender::rows_doubted(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms) {
  LX_TRY(const bool rebuilt, mend(studio, catalog, now_ms, false));
  if (rebuilt) return true;
  // Another request may have had it rebuilt meanwhile.
  return ask_studio(store_, studio, [&](ReadTxn& snapshot) { return rows_sum_up(snapshot, catalog); });
}

std::mutex& Mender::lock_of(const StudioId& studio) {
  const std::lock_guard lock(noting_);
  return mending_[studio];  // stays where it is: a map never moves what it holds
}

Result<bool> Mender::mend(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms, bool on_word_alone) {
  const std::lock_guard one_at_a_time(lock_of(studio));
  StudioHead head;
  bool sums_up = false;
  LX_CHECK(store_.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    if (on_word_alone) {  // many may differ at once, and each would have it summed
      const std::lock_guard lock(noting_);
      sums_up = notes_.right_just_now(studio, head, now_ms);
    }
    if (sums_up) return {};
    LX_TRY(sums_up, rows_sum_up(snapshot, catalog));
    if (!sums_up) return {};
    const std::lock_guard lock(noting_);
    notes_.note_right(studio, head, now_ms);
    return {};
  }));
  if (head.seq == 0 || (sums_up && !on_word_alone)) return false;
  {
    const std::lock_guard lock(noting_);
    if (!notes_.may_rebuild(studio, head, !sums_up, now_ms)) return false;
  }
  LX_TRY(const StudioHead rebuilt, rebuild(store_, studio, catalog, sums_up));
  rebuilt_(studio, rebuilt, !sums_up);
  return true;
}

}  // namespace lianxin::server
