#include "sync/log/mend.h"

#include <utility>

#include "schema/saturating.h"
#include "sync/model/row.h"

namespace lianxin {
namespace {

constexpr std::size_t rows_at_a_time = 200;
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

}  // namespace

Result<RowsSum::Found> RowsSum::next_slice(ReadTxn& snapshot, const Catalog& catalog) {
  LX_TRY(const StudioHead head, snapshot.head());
  std::vector<StoredRow> rows;
  if (at_ < head.seq) {
    LX_TRY(rows, snapshot.rows_after(at_, rows_at_a_time, limits::page_bytes_max));
  }
  for (const StoredRow& stored : rows) {
    const Result<Row> row = decode_row(stored.encoded);
    // A row that stands at another place than its own would be delivered at the wrong time, or never.
    const bool in_place = row && row->record == stored.record && row->last_seq == stored.last_seq;
    if (!in_place || stored.last_seq > head.seq) return Found::wrong;
    const DigestsBySensitivity digests = row_digests(catalog, *row);
    DigestsBySensitivity& before = summed_[stored.record];  // zeroes where it was not met yet
    for (std::size_t level = 0; level < sum_.size(); ++level) {
      sum_[level] += digests[level];
      sum_[level] -= before[level];
    }
    before = digests;
    at_ = stored.last_seq;
  }
  if (!rows.empty() && at_ < head.seq) return Found::more;
  const bool comparable = head.sensitivity_version == catalog.sensitivity_version;
  return !comparable || sum_ == head.digests ? Found::right : Found::wrong;
}

Result<bool> rows_sum_up(ReadTxn& snapshot, const Catalog& catalog) {
  RowsSum sum;
  RowsSum::Found found = RowsSum::Found::more;
  while (found == RowsSum::Found::more) {
    LX_TRY(found, sum.next_slice(snapshot, catalog));
  }
  return found == RowsSum::Found::right;
}

bool MendingNotes::may_differ(const DeviceId& device, const StudioId& studio, std::int64_t now_ms) {
  if (std::exchange(differed_day_, now_ms / day_ms) != now_ms / day_ms) differed_.clear();
  int& times = differed_[{device, studio}];
  if (times >= limits::differs_a_day_max) return false;
  ++times;
  return true;
}

bool MendingNotes::right_just_now(const StudioId& studio, const StudioHead& head, std::int64_t now_ms) const {
  const auto note = notes_.find(studio);
  if (note == notes_.end() || note->second.right_at != head.log_hash) return false;
  const std::int64_t since_ms = saturating_subtract(now_ms, note->second.right_ms);
  return since_ms >= 0 && since_ms < limits::rows_summed_right_for_ms;
}

void MendingNotes::note_right(const StudioId& studio, const StudioHead& head, std::int64_t now_ms) {
  Note& note = notes_[studio];
  note.right_at = head.log_hash;
  note.right_ms = now_ms;
}

bool MendingNotes::may_rebuild(const StudioId& studio, const StudioHead& head, bool wrong, std::int64_t now_ms) {
  Note& note = notes_[studio];
  if (note.day != now_ms / day_ms) {
    note.day = now_ms / day_ms;
    note.rebuilds = 0;
  }
  const bool done_here = note.rebuilt_at == head.log_hash;
  if (!wrong && (done_here || note.rebuilds >= limits::rebuilds_a_day_max)) return false;
  note.rebuilt_at = head.log_hash;
  if (!wrong) ++note.rebuilds;
  return true;
}

}  // namespace lianxin
