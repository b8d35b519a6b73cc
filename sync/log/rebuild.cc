#include "sync/log/rebuild.h"

#include <unordered_map>

#include "sync/log/log_replay.h"
#include "sync/log/logged_line.h"
#include "sync/log/summary.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

constexpr std::size_t lines_at_a_time = 1000, rows_at_a_time = 200;

// The log taken again from its beginning, as far as it goes, and what it makes of the rows.
class Replayed {
 public:
  explicit Replayed(const Catalog& catalog) : catalog_(catalog), replay_(catalog) {}

  // Goes on to the end of the log.
  Status go_on(ReadTxn& txn) {
    LX_TRY(StudioHead head, txn.head());
    while (reached_ < head.seq) {
      LX_TRY(const std::vector<Logged> lines, txn.log_after(reached_, lines_at_a_time));
      if (lines.empty()) return failure(Errc::corrupt, "the log ends before its head");
      for (const Logged& logged : lines) {
        reached_ = logged.seq;
        replay_.take(logged, change_in(logged));
      }
      is_made_ = false;
    }
    if (is_made_) return {};
    rows_.clear();
    digests_ = {};
    for (const auto& [record, row] : replay_.rows()) {
      const DigestsBySensitivity digests = row_digests(catalog_, row);
      for (std::size_t level = 0; level < digests.size(); ++level) digests_[level] += digests[level];
      rows_.push_back({record, row.kind, row.last_seq, encode_row(row), summary_of(catalog_, row)});
    }
    is_made_ = true;
    return {};
  }

  // The head of the log as it is, with the sums of what the log makes.
  Result<StudioHead> head(ReadTxn& txn) const {
    LX_TRY(StudioHead head, txn.head());
    head.digests = digests_;
    head.sensitivity_version = catalog_.sensitivity_version;
    return head;
  }
  const std::vector<StoredRow>& rows() const { return rows_; }

 private:
  const Catalog& catalog_;
  LogReplay replay_;
  Seq reached_ = 0;
  bool is_made_ = false;
  std::vector<StoredRow> rows_;
  DigestsBySensitivity digests_{};
};

// Whether the rows and sums are kept that the log makes.
Result<bool> are_kept(ReadTxn& snapshot, const Replayed& replayed, const StudioHead& made) {
  LX_TRY(const StudioHead kept, snapshot.head());
  if (kept.digests != made.digests || kept.sensitivity_version != made.sensitivity_version) return false;
  std::unordered_map<RecordId, const StoredRow*> rows;
  for (const StoredRow& row : replayed.rows()) rows.emplace(row.record, &row);
  for (Seq at = 0; at < kept.seq;) {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(at, rows_at_a_time, limits::page_bytes_max));
    if (stored.empty()) break;
    for (const StoredRow& row : stored) {
      const auto expected = rows.find(row.record);
      if (expected == rows.end() || expected->second->encoded != row.encoded) return false;
      rows.erase(expected);
    }
    at = stored.back().last_seq;
  }
  return rows.empty();
}

}  // namespace

Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog, bool only_if_other) {
  Replayed replayed(catalog);
  StudioHead head;
  bool same = false;
  // Nobody else's write waits for that.
  const Status read = store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_CHECK(replayed.go_on(snapshot));
    LX_TRY(head, replayed.head(snapshot));
    LX_TRY(same, only_if_other ? are_kept(snapshot, replayed, head) : Result<bool>(false));
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  if (same) return head;
  // What came meanwhile is little.
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    LX_CHECK(replayed.go_on(txn));
    LX_TRY(head, replayed.head(txn));
    return txn.replace_rows(replayed.rows(), head);
  });
  if (!written) return tl::unexpected(written.error());
  return head;
}

}  // namespace lianxin
