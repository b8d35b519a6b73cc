#include "sync/server/compare.h"

#include "sync/model/limits.h"
#include "sync/server/feed.h"

namespace lianxin {
namespace {

constexpr std::size_t rows_at_a_time = 200;

}  // namespace

Result<Compared> compared_for(ReadTxn& snapshot, const Catalog& catalog, const Access& access, Seq from) {
  LX_TRY(const StudioHead head, snapshot.head());
  Compared compared;
  compared.from = compared.to = from;
  std::size_t scanned = 0;
  while (compared.to < head.seq) {
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(compared.to, rows_at_a_time, limits::page_bytes_max));
    for (const StoredRow& stored : rows) {
      if (scanned++ == limits::compared_records_max) {
        compared.more = true;
        return compared;
      }
      LX_TRY(const Row row, decode_row(stored.encoded));
      if (const auto visible = visible_row(catalog, access, row)) {
        compared.records.push_back({stored.record, delivered_digest(*visible)});
      }
      compared.to = stored.last_seq;
    }
    if (rows.empty()) compared.to = head.seq;
  }
  return compared;
}

}  // namespace lianxin
