#include "server/reports/accepted.h"

#include <algorithm>

#include "server/review/seen_row.h"
#include "server/storage/snapshot.h"
#include "sync/log/as_seen.h"
#include "sync/model/view.h"
#include "sync/rules/complete.h"

namespace lianxin::server {

namespace {

// A delete by those who decide is a decision; another's waits for one.
bool is_taken_out(const Row& row) {
  const Cell* cell = row.cell("_deleted");
  return cell && std::any_of(cell->heads.begin(), cell->heads.end(),
                             [](const Head& head) { return decides_records(head.role); });
}

}  // namespace

Result<std::optional<ListItem>> as_accepted(const Desk& desk, const ListItem& item) {
  LX_TRY(const Row now, row_of(desk, item.studio, item.row.record));  // whole: also what the asker does not see
  const Head* acceptance = acceptance_of(desk.catalog, now);
  if (!acceptance) return std::optional<ListItem>();
  const bool deleted = is_deleted(desk.catalog, now);
  if (deleted && is_taken_out(now)) return std::optional<ListItem>();
  const bool changed = deleted || now.written() > acceptance->seen;
  if (!changed && is_whole(desk.catalog, now)) return std::optional<ListItem>(item);
  const Seq seen = acceptance->seen;
  LX_TRY(const Row then, ask_studio(desk.store, item.studio, [&](ReadTxn& snapshot) {
           return row_as_of(snapshot, desk.catalog, item.row.record, seen);
         }));
  if (!then.begun() || !is_whole(desk.catalog, then)) return std::optional<ListItem>();
  const StudioPlace* place = desk.places.place(item.studio);
  const auto visible = place ? seen_as_now(desk, *place, then, item.sight) : std::nullopt;
  if (!visible) return std::optional<ListItem>();
  ListItem accepted = item;
  accepted.shown = visible->shown(desk.catalog);
  const RowSummary summary = visible->summary(desk.catalog);
  accepted.summary.title = summary.title;
  accepted.summary.date = summary.date;
  accepted.summary.region = summary.region;
  accepted.summary.deleted = false;
  return std::optional<ListItem>(std::move(accepted));
}

Result<VerdictTime> verdict_time(const Desk& desk, const ListItem& item) {
  VerdictTime verdict{item.studio, 0, 0};
  LX_TRY(const Row now, row_of(desk, item.studio, item.row.record));
  const Head* acceptance = acceptance_of(desk.catalog, now);
  if (!acceptance) return verdict;
  const ChangeId id = acceptance->id;
  LX_TRY(const auto logged,
         ask_studio(desk.store, item.studio, [&](ReadTxn& snapshot) { return snapshot.logged(std::span(&id, 1)); }));
  if (!logged.front()) return verdict;
  verdict.seq = logged.front()->seq;
  verdict.logged_ms = logged.front()->received_ms;
  return verdict;
}

Result<bool> was_there(const Desk& desk, const VerdictTime& verdict, const StudioId& studio, const Row& row) {
  if (verdict.seq == 0) return false;
  if (studio == verdict.studio && row.last_seq < verdict.seq) return true;
  LX_TRY(const std::vector<Logged> lines,
         ask_studio(desk.store, studio, [&](ReadTxn& snapshot) { return snapshot.log_of(row.record); }));
  if (lines.empty()) return false;
  return studio == verdict.studio ? lines.front().seq < verdict.seq : lines.front().received_ms <= verdict.logged_ms;
}

}  // namespace lianxin::server
