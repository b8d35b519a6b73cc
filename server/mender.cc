#include "server/mender.h"

#include "server/log.h"
#include "sync/ingest.h"

namespace lianxin {

Status Mender::look(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms) {
  {
    const std::lock_guard lock(noting_);
    if (!notes_.sum_due(studio, now_ms)) return {};
  }
  LX_TRY(const bool rebuilt, mend(studio, catalog, now_ms, false));
  static_cast<void>(rebuilt);
  return {};
}

Status Mender::phone_differs(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms) {
  LX_TRY(const bool rebuilt, mend(studio, catalog, now_ms, true));
  static_cast<void>(rebuilt);
  return {};
}

Result<bool> Mender::row_unreadable(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms) {
  LX_TRY(const bool rebuilt, mend(studio, catalog, now_ms, false));
  if (rebuilt) return true;
  bool sums_up = false;  // another request may have had it rebuilt meanwhile
  LX_CHECK(store_.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(sums_up, rows_sum_up(snapshot, catalog));
    return {};
  }));
  return sums_up;
}

Result<bool> Mender::mend(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms, bool on_word_alone) {
  const std::lock_guard one_at_a_time(rebuilding_);
  StudioHead head;
  bool sums_up = false;
  LX_CHECK(store_.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    LX_TRY(sums_up, rows_sum_up(snapshot, catalog));
    return {};
  }));
  if (head.seq == 0 || (sums_up && !on_word_alone)) return false;
  {
    const std::lock_guard lock(noting_);
    if (!notes_.may_rebuild(studio, head, !sums_up, now_ms)) return false;
  }
  LX_TRY(const StudioHead rebuilt, rebuild(store_, studio, catalog));
  log_event(LogLevel::warning, "studio_rebuilt", {{"studio", studio.text()},
                                                  {"seq", std::to_string(rebuilt.seq)},
                                                  {"why", sums_up ? "phone_differs" : "rows_wrong"}});
  return true;
}

}  // namespace lianxin
