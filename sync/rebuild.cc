#include <unordered_map>

#include "sync/cursor.h"
#include "sync/ingest.h"
#include "sync/replica.h"
#include "sync/summary.h"

namespace lianxin {
namespace {

constexpr std::size_t lines_at_a_time = 1000;

}  // namespace

Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog) {
  StudioHead head;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(head, txn.head());
    Replica replica(catalog);
    std::unordered_map<Seq, Bytes<8>> log_hashes;
    replica.checked_seen = [&](const Seen& seen) {
      const auto at = log_hashes.find(seen.seq);
      return at != log_hashes.end() && at->second == seen.hash ? seen.seq : Seq{0};
    };
    for (Seq after = 0; after < head.seq;) {
      LX_TRY(const std::vector<Logged> lines, txn.log_after(after, lines_at_a_time));
      if (lines.empty()) return failure(Errc::corrupt, "the log ends before its head");
      for (Logged logged : lines) {
        // Replayed as it came: a held line took effect only when its release is met.
        if (logged.outcome == Outcome::held) logged.applied_seq = 0;
        Result<Change> change = parse_line(logged.line);
        const bool readable = change && change->id == logged.id;
        const Seq seen = readable ? replica.checked_seen(change->seen) : 0;
        log_hashes[logged.seq] = short_hash(logged.log_hash);
        (void)replica.take(logged, readable ? std::optional(std::move(*change)) : std::nullopt, seen);
        after = logged.seq;
      }
    }
    std::vector<StoredRow> rows;
    head.digests = {};
    head.sensitivity_version = catalog.sensitivity_version;
    for (const auto& [record, row] : replica.rows()) {
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
