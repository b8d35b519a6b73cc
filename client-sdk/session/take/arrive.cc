#include "client-sdk/session/take/arrive.h"

#include "client-sdk/session/take/repair.h"

namespace lianxin::client {
namespace {

// The rows are those that came, and sum to the digest where this reader is told one. A row that can no longer be read
// differs as one that was altered does, and is mended alike.
Result<bool> are_as_told(Rows& rows, const StudioId& studio, const std::optional<Digest>& told) {
  if (!told) {
    const Status sound = rows.check(studio);
    if (!sound && sound.error().code != Errc::corrupt) return tl::unexpected(sound.error());
    return sound.has_value();
  }
  const Result<Digest> sum = rows.digest(studio);
  if (!sum && sum.error().code != Errc::corrupt) return tl::unexpected(sum.error());
  return sum && *sum == *told;
}

}  // namespace

void swap_in_set(Rows& rows, StudioState& studio, const std::string& cursor, Taken& taken) {
  for (const std::vector<RecordId>& records : {rows.swap(studio.id), rows.records(studio.id)}) {
    taken.records.insert(taken.records.end(), records.begin(), records.end());
  }
  studio.pull.arrive(cursor);
}

Status take_last_page(const Part& part, StudioState& studio, bool into_set, Taken& taken) {
  const Cursor& cursor = part.reply.page.cursor;
  Rows rows(part.phone.db());
  // Its first page came with a look at the history of the rows; since then the server may have been set back.
  const bool looked_long_ago = studio.pull.stage() == Pull::Stage::gathering && !studio.pull.cursor().empty();
  if (looked_long_ago && rows.any(studio.id)) {
    studio.pull.end_gathering(cursor.text());
    return {};
  }
  if (into_set) {
    swap_in_set(rows, studio, cursor.text(), taken);
  } else {
    studio.pull.arrive(cursor.text());
  }
  studio.seen = {cursor.seq, cursor.log};
  studio.synced_ms = part.phone.clock.wall_ms();
  taken.summed = true;
  LX_TRY(const bool same, are_as_told(rows, studio.id, part.reply.page.digest));
  if (same) rows_agree(part.phone, studio);
  taken.current = same || rows_differ(part, studio);
  return {};
}

}  // namespace lianxin::client
