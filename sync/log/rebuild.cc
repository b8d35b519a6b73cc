#include "sync/log/rebuild.h"

#include "sync/log/log_replay.h"
#include "sync/log/summary.h"

namespace lianxin {
namespace {

constexpr std::size_t lines_at_a_time = 1000;

}  // namespace

Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog) {
  StudioHead head;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(head, txn.head());
    LogReplay replay(catalog);
    for (Seq after = 0; after < head.seq;) {
      LX_TRY(const std::vector<Logged> lines, txn.log_after(after, lines_at_a_time));
      if (lines.empty()) return failure(Errc::corrupt, "the log ends before its head");
      for (const Logged& logged : lines) {
        after = logged.seq;
        replay.take(logged, LogReplay::read(logged));
      }
    }
    std::vector<StoredRow> rows;
    head.digests = {};
    head.sensitivity_version = catalog.sensitivity_version;
    for (const auto& [record, row] : replay.rows()) {
      const DigestsBySensitivity digests = row_digests(catalog, row);
      for (std::size_t level = 0; level < digests.size(); ++level) head.digests[level] += digests[level];
      rows.push_back({record, row.kind, row.last_seq, encode_row(row), summary_of(catalog, row)});
    }
    return txn.replace_rows(rows, head);
  });
  if (!written) return tl::unexpected(written.error());
  return head;
}

}  // namespace lianxin
