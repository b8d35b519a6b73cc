#include "client-sdk/store/own_changes.h"

#include <algorithm>
#include <utility>

#include "schema/text.h"
#include "sync/model/chain.h"

namespace lianxin::client {
namespace {

constexpr Query append_own{"append_own", R"sql(
  INSERT INTO own_change (studio, n, h, change_id, record, made_ms, line_hash, line_sealed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};
constexpr Query last_own{"last_own", "SELECT COALESCE(MAX(n), 0) FROM own_change WHERE studio = $1"};
constexpr Query own_h{"own_h", "SELECT h FROM own_change WHERE studio = $1 AND n = $2"};
constexpr Query own_after{"own_after", R"sql(
  SELECT studio, n, h, change_id, record, made_ms, line_hash, known, line_sealed FROM own_change
  WHERE studio = $1 AND n > $2 ORDER BY n LIMIT $3
)sql"};
constexpr Query own_ids{"own_ids", R"sql(
  SELECT change_id, n, line_hash, length(line_sealed) = 0 FROM own_change WHERE studio = $1 AND n >= $2 ORDER BY n
  LIMIT $3
)sql"};
constexpr Query own_of_record{"own_of_record", R"sql(
  SELECT studio, n, h, change_id, record, made_ms, line_hash, known, line_sealed FROM own_change
  WHERE studio = $1 AND record = $2 AND n > $3 ORDER BY n
)sql"};
constexpr Query own_records{"own_records", R"sql(
  SELECT DISTINCT record FROM own_change WHERE studio = $1 AND n > $2 AND n <= $3
)sql"};
constexpr Query any_own_line{"any_own_line", R"sql(
  SELECT 1 FROM own_change WHERE studio = $1 AND length(line_sealed) > 0 LIMIT 1
)sql"};
constexpr Query own_by_id{"own_by_id", R"sql(
  SELECT studio, n, h, change_id, record, made_ms, line_hash, known, line_sealed FROM own_change WHERE change_id = $1
)sql"};
constexpr Query mark_known_own{"mark_known_own", R"sql(
  UPDATE own_change SET known = 1 WHERE change_id = $1 AND substr(line_hash, 1, 8) = $2
)sql"};
constexpr Query mark_known_erased{"mark_known_erased", R"sql(
  UPDATE own_change SET known = 1 WHERE studio = $1 AND length(line_sealed) = 0 AND substr(line_hash, 1, 8) = $2
)sql"};
constexpr Query forget_known_own{"forget_known_own", R"sql(
  UPDATE own_change SET known = 0 WHERE studio = $1 AND n >= $2 AND known = 1
)sql"};
// A row contains this phone's changes up to an n, which is a smaller one where some below it go.
constexpr Query close_up_rows{"close_up_rows", R"sql(
  UPDATE row SET acked_n = acked_n - (SELECT count(*) FROM own_change
    WHERE own_change.studio = row.studio AND n > $2 AND n <= row.acked_n AND length(line_sealed) = 0 AND known = 0)
  WHERE studio = $1
)sql"};
constexpr Query close_up_fresh{"close_up_fresh", R"sql(
  UPDATE row_fresh SET acked_n = acked_n - (SELECT count(*) FROM own_change
    WHERE own_change.studio = row_fresh.studio AND n > $2 AND n <= row_fresh.acked_n AND length(line_sealed) = 0 AND known = 0)
  WHERE studio = $1
)sql"};
constexpr Query forget_sums{"forget_sums", "DELETE FROM row_sum WHERE studio = $1"};  // the next page sums anew
constexpr Query lost_own{"lost_own", R"sql(
  DELETE FROM own_change WHERE studio = $1 AND n > $2 AND length(line_sealed) = 0 AND known = 0
  RETURNING studio, n, h, change_id, record, made_ms, line_hash, known, line_sealed
)sql"};
constexpr Query erased_are_known{"erased_are_known", "UPDATE own_change SET known = (length(line_sealed) = 0)"};
constexpr Query studios_with_own{"studios_with_own", "SELECT DISTINCT studio FROM own_change"};
// In the order in which they were saved, which no n that went bad disturbs.
constexpr Query places_above{"places_above", R"sql(
  SELECT rowid, n, line_hash FROM own_change WHERE studio = $1 AND n > $2 ORDER BY rowid
)sql"};
constexpr Query clear_places{"clear_places", R"sql(
  UPDATE own_change SET n = n + 4611686018427387904 WHERE studio = $1 AND n > $2
)sql"};
constexpr Query set_place{"set_place", "UPDATE own_change SET n = $2, h = $3 WHERE rowid = $1"};
constexpr Query set_line_hash{"set_line_hash", "UPDATE own_change SET line_hash = $2 WHERE change_id = $1"};
constexpr Query erase_own_line{"erase_own_line", R"sql(
  UPDATE own_change SET line_sealed = x'', known = 1 WHERE change_id = $1 AND n <= $2 AND length(line_sealed) > 0
)sql"};
constexpr Query erase_own_lines{"erase_own_lines", R"sql(
  UPDATE own_change SET line_sealed = x'', known = 1 WHERE studio = $1
)sql"};

OwnChange read_place(SQLite::Statement& row) {
  OwnChange change;
  change.studio = id_at<StudioId>(row, 0);
  change.n = row.getColumn(1).getInt64();
  change.h = bytes_at<32>(row, 2);
  change.id = id_at<ChangeId>(row, 3);
  change.record = id_at<RecordId>(row, 4);
  change.made_ms = row.getColumn(5).getInt64();
  change.line_hash = bytes_at<32>(row, 6);
  change.known = row.getColumn(7).getInt() != 0;
  change.line = blob_at(row, 8);  // still sealed
  return change;
}

constexpr char damage_mark = '!';  // no line that anybody can read begins so

// What was saved, byte for byte, as long as this disk kept it. What went bad travels as it lies, marked so that nobody
// reads it: its words may be others than the person's, and it is one line, and no entry that names another. A saved
// line holds no newline, so that one in it says nothing. Of one that does not open its words are still there, all but
// those that flipped, where its key fits; bytes that are no text any more travel in letters.
std::string as_it_travels(Database& db, const OwnChange& change) {
  const SealedAt at = sealed_at(Column::line, change.studio, change.id);
  Result<std::string> plain = db.unseal(at, change.line);
  if (plain && sha256(*plain) == change.line_hash) return std::move(*plain);
  std::string left = plain ? std::move(*plain) : db.left_of(at, change.line).value_or(change.line);
  if (!plain && !is_utf8(left)) left = to_base64url(as_bytes(left));
  std::replace(left.begin(), left.end(), '\n', ' ');
  return damage_mark + left;
}

std::vector<OwnChange> unsealed(Database& db, std::vector<OwnChange> changes) {
  for (OwnChange& change : changes) {
    if (!change.line.empty()) change.line = as_it_travels(db, change);
  }
  return changes;
}

}  // namespace

bool OwnChange::follows(N before_n, const Hash& before) const {
  return n == before_n + 1 && (travels_by_id() || is_sound()) && h == chain_next(before, line_hash);
}

Status OwnChanges::append(const PublicKey& key, const Change& change, std::string_view line) {
  if (!is_well_formed(change)) return failure(Errc::invalid_argument, "text_malformed");
  const N last = last_n(change.studio);
  const std::optional<Hash> before = h_at(key, change.studio, last);
  if (!before) return failure(Errc::corrupt, "the phone's own chain has a gap");
  const Hash line_hash = sha256(line);
  db_.exec(append_own, change.studio, last + 1, chain_next(*before, line_hash), change.id, change.record,
           change.made.wall_ms, line_hash, Blob{db_.seal(sealed_at(Column::line, change.studio, change.id), line)});
  return {};
}

N OwnChanges::last_n(const StudioId& studio) { return db_.one(last_own, first_number, studio).value_or(0); }

std::optional<Hash> OwnChanges::h_at(const PublicKey& key, const StudioId& studio, N n) {
  if (n == 0) return chain_start(studio, key);
  return db_.one(
      own_h, [](SQLite::Statement& row) { return bytes_at<32>(row, 0); }, studio, n);
}

Result<std::vector<OwnChange>> OwnChanges::after(const StudioId& studio, N n, std::size_t changes_max,
                                                 std::size_t bytes_max) {
  std::vector<OwnChange> changes =
      unsealed(db_, db_.all(own_after, read_place, studio, n, static_cast<std::int64_t>(changes_max)));
  std::size_t bytes = 0, taken = 0;
  while (taken < changes.size() && (taken == 0 || bytes + changes[taken].line.size() < bytes_max)) {
    bytes += changes[taken++].line.size() + 1;
  }
  changes.resize(taken);
  return changes;
}

AskedLines OwnChanges::asked_from(const StudioId& studio, N n, std::size_t ids_max) {
  AskedLines asked{{}, n};
  bool full = false;
  db_.each(
      own_ids,
      [&](SQLite::Statement& row) {
        // One that the server could not read lies there under a name made from its hash; if it was erased here, it is
        // not simply sent again.
        const bool erased = row.getColumn(3).getInt() != 0;
        full = full || asked.ids.size() + (erased ? 2 : 1) > ids_max;
        if (full) return;
        asked.ids.push_back(id_at<ChangeId>(row, 0));
        if (erased) asked.ids.push_back(line_id(studio, bytes_at<32>(row, 2)));
        asked.next = row.getColumn(1).getInt64() + 1;
      },
      studio, n, static_cast<std::int64_t>(ids_max));
  return asked;
}

Result<std::vector<OwnChange>> OwnChanges::of_record(const StudioId& studio, const RecordId& record, N above) {
  return unsealed(db_, db_.all(own_of_record, read_place, studio, record, above));
}

Result<std::optional<OwnChange>> OwnChanges::find(const ChangeId& id) {
  std::vector<OwnChange> found = unsealed(db_, db_.all(own_by_id, read_place, id));
  if (found.empty()) return std::optional<OwnChange>();
  return std::optional<OwnChange>(std::move(found.front()));
}

std::vector<RecordId> OwnChanges::records_between(const StudioId& studio, N after_n, N up_to) {
  return db_.all(own_records, first_id<RecordId>, studio, after_n, up_to);
}

void OwnChanges::mark_known(const StudioId& studio, std::span<const KnownLine> lines) {
  for (const KnownLine& line : lines) {
    if (db_.exec(mark_known_own, line.id, line.line) == 0) db_.exec(mark_known_erased, studio, line.line);
  }
}

void OwnChanges::forget_known(const StudioId& studio, N from) { db_.exec(forget_known_own, studio, from); }

std::vector<OwnChange> OwnChanges::drop_lost(const StudioId& studio, N acked_n) {
  db_.exec(close_up_rows, studio, acked_n);
  db_.exec(close_up_fresh, studio, acked_n);
  db_.exec(forget_sums, studio);
  return db_.all(lost_own, read_place, studio, acked_n);
}

bool OwnChanges::has_lines(const StudioId& studio) { return db_.any(any_own_line, studio); }

void OwnChanges::erase_line(const ChangeId& id, N acked_n) { db_.exec(erase_own_line, id, acked_n); }

void OwnChanges::erase_lines(const StudioId& studio) { db_.exec(erase_own_lines, studio); }

void OwnChanges::rechain(const PublicKey& key) {
  db_.exec(erased_are_known);
  for (const StudioId& studio : db_.all(studios_with_own, first_id<StudioId>)) chain_above(key, studio, 0);
}

Result<std::vector<OwnChange>> OwnChanges::mend(const PublicKey& key, const StudioId& studio, N acked_n) {
  std::vector<OwnChange> damaged;
  LX_TRY(const std::vector<OwnChange> next, after(studio, acked_n, 1, SIZE_MAX));
  const std::optional<Hash> before = h_at(key, studio, acked_n);
  if (next.empty() || !before || next.front().follows(acked_n, *before)) return damaged;
  LX_TRY(const std::vector<OwnChange> waiting, after(studio, acked_n, SIZE_MAX >> 1, SIZE_MAX));
  Hash previous = *before;
  for (const OwnChange& change : waiting) {
    const Hash h_before = std::exchange(previous, change.h);
    if (change.travels_by_id() || change.is_sound()) continue;
    const Hash as_saved = sha256(std::string_view(change.line).substr(1));
    if (chain_next(h_before, as_saved) ==
        change.h) {  // the chain knows the line: it is the hash beside it that went bad
      db_.exec(set_line_hash, change.id, as_saved);
      continue;
    }
    db_.exec(set_line_hash, change.id, sha256(change.line));
    damaged.push_back(change);
  }
  chain_above(key, studio, acked_n);
  return damaged;
}

// Closes up what is above `n`, and hashes it anew.
void OwnChanges::chain_above(const PublicKey& key, const StudioId& studio, N n) {
  struct Place {
    std::int64_t row;
    N n;
    Hash line_hash;
  };
  const auto read = [](SQLite::Statement& row) {
    return Place{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), bytes_at<32>(row, 2)};
  };
  const std::vector<Place> places = db_.all(places_above, read, studio, n);
  Hash h = h_at(key, studio, n).value_or(Hash{});
  bool dense = true;
  for (std::size_t i = 0; i < places.size(); ++i) dense &= places[i].n == n + static_cast<N>(i) + 1;
  if (!dense) db_.exec(clear_places, studio, n);  // else one would be put where another still stands
  for (const Place& place : places) {
    h = chain_next(h, place.line_hash);
    db_.exec(set_place, place.row, ++n, h);
  }
}

}  // namespace lianxin::client
