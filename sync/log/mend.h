// Finding and mending damage to a studio's rows (PROTOCOL 5.6): rows are what follows from the log, so whatever was
// done to them behind the server's back, a rebuild puts right. Here is how that is found, and how often a server does
// what it costs.
#pragma once

#include <map>
#include <unordered_map>

#include "sync/log/store.h"
#include "sync/model/limits.h"

namespace lianxin {

// Sums a studio's rows and compares the sum with the digests that its head keeps, a slice of its rows at a time: each
// slice may be of another snapshot, so nobody need wait for the whole. A row that was changed since it was summed has
// gone to a later seq: it is met there again, and its old sum is taken off. The sums are not compared where the head's
// were made by other sensitivities than the catalog has: then they are about to be made anew.
class RowsSum {
 public:
  enum class Found {
    more,   // nothing wrong so far, and rows are left
    right,  // all rows were summed
    wrong,  // a row cannot be read or is at a seq that is not its own, or the sum is another. Of slices of several
            // snapshots it may have been a rebuild that came between: rows_sum_up() tells
  };
  // `catalog` has the same sensitivities each time. Errors: the store's; the same slice may then be tried again.
  Result<Found> next_slice(ReadTxn& snapshot, const Catalog& catalog);
  Seq at() const { return at_; }  // up to here rows are summed

 private:
  Seq at_ = 0;
  DigestsBySensitivity sum_{};
  std::unordered_map<RecordId, DigestsBySensitivity> summed_;
};

// The same of all rows in one snapshot.
Result<bool> rows_sum_up(ReadTxn& snapshot, const Catalog& catalog);

// When not to sum again, and when to rebuild. An economy of one process, forgotten with it: to do either once more
// harms nothing. Not thread-safe: the owner holds its lock.
class MendingNotes {
 public:
  // Whether that phone is heard once more that its rows of the studio differ, and notes that it was.
  bool may_differ(const DeviceId& device, const StudioId& studio, std::int64_t now_ms);

  // The rows were summed and are right, and nothing was logged since; for limits::rows_summed_right_for_ms.
  bool right_just_now(const StudioId& studio, const StudioHead& head, std::int64_t now_ms) const;
  void note_right(const StudioId& studio, const StudioHead& head, std::int64_t now_ms);

  // Whether to rebuild, and notes that it is done now. `wrong`: the rows were found not to be the log's, then always.
  // That a phone differs may be the phone's own fault, so on its word alone a studio is rebuilt once for each head of
  // its log, and only so often in a day.
  bool may_rebuild(const StudioId& studio, const StudioHead& head, bool wrong, std::int64_t now_ms);

 private:
  struct Note {
    std::optional<Hash> right_at;    // the log hash of the head where the rows were summed and were right
    std::int64_t right_ms = 0;       // when
    std::optional<Hash> rebuilt_at;  // the log hash of that head
    std::int64_t day = 0;
    int rebuilds = 0;  // on that day, on a phone's word alone
  };

  std::unordered_map<StudioId, Note> notes_;
  std::map<std::pair<DeviceId, StudioId>, int> differed_;  // on that day
  std::int64_t differed_day_ = 0;
};

}  // namespace lianxin
