#include "sync/log/as_seen.h"

#include "sync/log/log_replay.h"
#include "sync/log/logged_line.h"
#include "sync/log/record_log.h"
#include "sync/model/view.h"

namespace lianxin {

const Head* acceptance_of(const Catalog& catalog, const Row& row) {
  const Cell* cell = row.cell("_review");
  if (!cell) return nullptr;
  const ShownValue present = shown(rule_of(catalog, row.kind, {"_review", {}, {}}), *cell);
  if (!present.head) return nullptr;
  if (present.value == Value("accepted")) return present.head;
  if (present.value != Value("archived")) return nullptr;
  const Head* accepted = nullptr;
  for (const ChangeId& id : present.head->bases) {
    const Head* base = cell->step(id);
    if (base && base->value == Value("accepted") && (!accepted || base->seen > accepted->seen)) accepted = base;
  }
  return accepted;
}

Result<Row> row_as_of(ReadTxn& txn, const Catalog& catalog, const RecordId& record, Seq seq) {
  LX_TRY(const RecordLog log, lines_of(txn, record));
  LogReplay replay(catalog);
  for (const Logged& logged : log.lines) {
    if (logged.seq > seq) break;
    replay.take(logged, change_in(logged));
  }
  const auto at = replay.rows().find(record);
  if (at != replay.rows().end()) return at->second;
  Row none;
  none.record = record;
  return none;
}

}  // namespace lianxin
