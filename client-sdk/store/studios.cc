#include "client-sdk/store/studios.h"

namespace lianxin::client {
namespace {

constexpr Query all_studios{"all_studios", R"sql(
  SELECT studio, granted, cursor, fresh_cursor, acked_n, ask_from, offer_next, seen_seq, seen_hash, mending, trouble,
         problem, synced_ms, repair_day, repair_pulls, compare_from, fresh_whole
  FROM studio WHERE $1 IS NULL OR studio = $1 ORDER BY studio
)sql"};
constexpr Query save_studio{"save_studio", R"sql(
  UPDATE studio SET cursor = $2, fresh_cursor = $3, acked_n = $4, ask_from = $5, offer_next = $6, seen_seq = $7,
    seen_hash = $8, mending = $9, trouble = $10, problem = $11, synced_ms = $12, repair_day = $13, repair_pulls = $14,
    compare_from = $15, fresh_whole = $16
  WHERE studio = $1
)sql"};
constexpr Query note_differing_record{"note_differing", R"sql(
  INSERT INTO differing (studio, record) VALUES ($1, $2) ON CONFLICT (studio, record) DO NOTHING
)sql"};
constexpr Query clear_differing_records{"clear_differing", "DELETE FROM differing WHERE studio = $1"};
constexpr Query differing_records{"differing", "SELECT record FROM differing WHERE studio = $1 ORDER BY record"};
constexpr Query drop_list{"drop_list", "DELETE FROM list_entry WHERE studio = $1"};
constexpr Query drop_joins{"drop_joins", "DELETE FROM join_edge WHERE studio = $1"};
constexpr Query drop_numbers{"drop_numbers", "DELETE FROM record_number WHERE studio = $1"};
constexpr Query drop_delivered{"drop_delivered", "DELETE FROM row WHERE studio = $1"};
constexpr Query drop_fresh{"drop_fresh", "DELETE FROM row_fresh WHERE studio = $1"};
constexpr Query drop_sums{"drop_sums", "DELETE FROM row_sum WHERE studio = $1"};
constexpr Query forget_place{"forget_place", R"sql(
  UPDATE studio SET cursor = '', fresh_cursor = NULL, fresh_whole = 0, offer_next = NULL, seen_seq = 0,
    seen_hash = x'0000000000000000', mending = 0, trouble = 0, compare_from = NULL, problem = '' WHERE studio = $1
)sql"};
constexpr Query purge_all[] = {{"purge_lists", "DELETE FROM list_entry"},
                               {"purge_joins", "DELETE FROM join_edge"},
                               {"purge_numbers", "DELETE FROM record_number"},
                               {"purge_rows", "DELETE FROM row"},
                               {"purge_fresh", "DELETE FROM row_fresh"},
                               {"purge_sums", "DELETE FROM row_sum"},
                               {"purge_changes", "DELETE FROM own_change"},
                               {"purge_told", "DELETE FROM acknowledgement"},
                               {"purge_differing", "DELETE FROM differing"},
                               {"purge_studios", "DELETE FROM studio"},
                               {"purge_forms", "DELETE FROM form"},
                               {"purge_pins", "DELETE FROM pin"},
                               {"purge_noticed", "DELETE FROM noticed"},
                               {"purge_harmed", "DELETE FROM harmed"},
                               {"purge_meta", "DELETE FROM meta"}};

std::optional<std::int64_t> number_at(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getInt64();
}

std::optional<std::string> text_at(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getString();
}

std::vector<StudioState> read_all(Database& db, const std::optional<StudioId>& only) {
  const auto read = [](SQLite::Statement& row) {
    StudioState state;
    state.id = id_at<StudioId>(row, 0);
    state.granted = row.getColumn(1).getInt() != 0;
    state.acked_n = row.getColumn(4).getInt64();
    state.asking_from = number_at(row, 5);
    state.pull =
        Pull::stored(row.getColumn(2).getString(), text_at(row, 3), row.getColumn(16).getInt() != 0, number_at(row, 6));
    state.repair = Repair::stored(row.getColumn(9).getInt(), row.getColumn(10).getInt() != 0,
                                  row.getColumn(13).getInt64(), row.getColumn(14).getInt(), number_at(row, 15));
    state.seen = {row.getColumn(7).getInt64(), bytes_at<8>(row, 8)};
    state.problem = row.getColumn(11).getString();
    state.synced_ms = row.getColumn(12).getInt64();
    return state;
  };
  return db.all(all_studios, read, only);
}

}  // namespace

std::vector<StudioState> Studios::all() { return read_all(db_, std::nullopt); }

std::optional<StudioState> Studios::find(const StudioId& studio) {
  std::vector<StudioState> found = read_all(db_, studio);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

void Studios::save(const StudioState& s) {
  db_.exec(save_studio, s.id, s.pull.cursor(), s.pull.set_cursor(), s.acked_n, s.asking_from, s.pull.offered(),
           s.seen.seq, s.seen.hash, static_cast<std::int64_t>(s.repair.stage), std::int64_t{s.repair.flagged},
           s.problem, s.synced_ms, s.repair.day, std::int64_t{s.repair.pulls}, s.repair.compare_from,
           std::int64_t{s.pull.set_is_whole()});
}

void Studios::note_differing(const StudioId& studio, const RecordId& record) {
  db_.exec(note_differing_record, studio, record);
}

void Studios::clear_differing(const StudioId& studio) { db_.exec(clear_differing_records, studio); }

std::vector<RecordId> Studios::differing(const StudioId& studio) {
  return db_.all(differing_records, first_id<RecordId>, studio);
}

void Studios::drop_rows(const StudioId& studio) {
  for (const Query* query : {&drop_list, &drop_joins, &drop_numbers, &drop_delivered, &drop_fresh, &drop_sums,
                             &clear_differing_records, &forget_place}) {
    db_.exec(*query, studio);
  }
}

void Studios::purge() {
  for (const Query& query : purge_all) db_.exec(query);
  db_.forget_all_sealed();
}

}  // namespace lianxin::client
