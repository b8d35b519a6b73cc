#include "client-sdk/store/studios.h"

#include <algorithm>

#include "schema/json.h"

namespace lianxin {
namespace {

constexpr Query all_studios{"all_studios", R"sql(
  SELECT studio, granted, grant_sealed, cursor, fresh_cursor, acked_n, ask_from, offer_next, seen_seq, seen_hash,
         mending, trouble, problem, synced_ms, repair_day, repair_pulls, compare_from, fresh_whole
  FROM studio WHERE $1 IS NULL OR studio = $1 ORDER BY studio
)sql"};
constexpr Query save_studio{"save_studio", R"sql(
  INSERT INTO studio (studio, granted, grant_sealed, cursor, fresh_cursor, acked_n, ask_from, offer_next, seen_seq,
                      seen_hash, mending, trouble, problem, synced_ms, repair_day, repair_pulls, compare_from, reference,
                      fresh_whole)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (studio) DO UPDATE SET granted = excluded.granted, grant_sealed = excluded.grant_sealed,
    cursor = excluded.cursor, fresh_cursor = excluded.fresh_cursor, acked_n = excluded.acked_n,
    ask_from = excluded.ask_from, offer_next = excluded.offer_next, seen_seq = excluded.seen_seq,
    seen_hash = excluded.seen_hash, mending = excluded.mending, trouble = excluded.trouble,
    problem = excluded.problem, synced_ms = excluded.synced_ms, repair_day = excluded.repair_day,
    repair_pulls = excluded.repair_pulls, compare_from = excluded.compare_from, reference = excluded.reference,
    fresh_whole = excluded.fresh_whole
)sql"};
constexpr Query note_differing_record{"note_differing", R"sql(
  INSERT INTO differing (studio, record) VALUES ($1, $2) ON CONFLICT (studio, record) DO NOTHING
)sql"};
constexpr Query clear_differing_records{"clear_differing", "DELETE FROM differing WHERE studio = $1"};
constexpr Query differing_records{"differing", "SELECT record FROM differing WHERE studio = $1 ORDER BY record"};
constexpr Query drop_search{"drop_search", R"sql(
  DELETE FROM search WHERE rowid IN (SELECT entry FROM list_entry WHERE studio = $1)
)sql"};
constexpr Query drop_list{"drop_list", "DELETE FROM list_entry WHERE studio = $1"};
constexpr Query drop_delivered{"drop_delivered", "DELETE FROM row WHERE studio = $1"};
constexpr Query drop_fresh{"drop_fresh", "DELETE FROM row_fresh WHERE studio = $1"};
constexpr Query forget_place{"forget_place", R"sql(
  UPDATE studio SET cursor = '', fresh_cursor = NULL, fresh_whole = 0, offer_next = NULL, seen_seq = 0,
    seen_hash = x'0000000000000000', mending = 0, trouble = 0, compare_from = NULL, problem = '' WHERE studio = $1
)sql"};
constexpr Query purge_all[] = {
    {"purge_search", "DELETE FROM search"},   {"purge_lists", "DELETE FROM list_entry"},
    {"purge_rows", "DELETE FROM row"},        {"purge_fresh", "DELETE FROM row_fresh"},
    {"purge_changes", "DELETE FROM own_change"}, {"purge_differing", "DELETE FROM differing"},
    {"purge_told", "DELETE FROM acknowledgement"}, {"purge_studios", "DELETE FROM studio"},
    {"purge_forms", "DELETE FROM form"},      {"purge_pins", "DELETE FROM pin"},
    {"purge_noticed", "DELETE FROM noticed"}, {"purge_harmed", "DELETE FROM harmed"},
    {"purge_meta", "DELETE FROM meta"}};

std::optional<std::int64_t> number_at(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getInt64();
}

Result<std::vector<StudioState>> read_all(Database& db, const std::optional<StudioId>& only) {
  std::vector<StudioState> states;
  std::vector<std::string> sealed;
  const auto take = [&](SQLite::Statement& row) {
    StudioState state;
    state.grant.studio = id_at<StudioId>(row, 0);
    state.granted = row.getColumn(1).getInt() != 0;
    sealed.push_back(blob_at(row, 2));
    state.cursor = row.getColumn(3).getString();
    if (!row.isColumnNull(4)) state.fresh_cursor = row.getColumn(4).getString();
    state.acked_n = row.getColumn(5).getInt64();
    state.ask_from = number_at(row, 6);
    state.offer_next = number_at(row, 7);
    state.seen.seq = row.getColumn(8).getInt64();
    state.seen.hash = bytes_at<8>(row, 9);
    state.mending = static_cast<Mending>(std::clamp(row.getColumn(10).getInt(), 0, 3));
    state.trouble = row.getColumn(11).getInt() != 0;
    state.problem = row.getColumn(12).getString();
    state.synced_ms = row.getColumn(13).getInt64();
    state.repair_day = row.getColumn(14).getInt64();
    state.repair_pulls = row.getColumn(15).getInt();
    state.compare_from = number_at(row, 16);
    state.fresh_whole = row.getColumn(17).getInt() != 0;
    states.push_back(std::move(state));
  };
  if (only) {
    db.each(all_studios, take, *only);
  } else {
    db.each(all_studios, take, nullptr);
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    LX_TRY(const std::string plain, db.unseal(sealed[i]));
    LX_TRY(const Value value, parse_json(plain));
    LX_TRY(states[i].grant, granted_of(value));
  }
  return states;
}

}  // namespace

Access StudioState::access(const MemberId& member) const {
  const auto holder = std::find_if(grant.holders.begin(), grant.holders.end(),
                                   [&](const GrantedStudio::Holder& h) { return h.member == member; });
  if (holder == grant.holders.end()) return {member, {}, Sensitivity::public_};
  return {member, holder->roles, holder->clearance};
}

Result<std::vector<StudioState>> Studios::all() { return read_all(db_, std::nullopt); }

Result<std::optional<StudioState>> Studios::find(const StudioId& studio) {
  LX_TRY(std::vector<StudioState> found, read_all(db_, studio));
  if (found.empty()) return std::optional<StudioState>();
  return std::optional<StudioState>(std::move(found.front()));
}

void Studios::save(const StudioState& s) {
  db_.exec(save_studio, s.id(), std::int64_t{s.granted}, Blob{db_.seal(to_json(granted_value(s.grant)))}, s.cursor,
           s.fresh_cursor, s.acked_n, s.ask_from, s.offer_next, s.seen.seq, s.seen.hash,
           static_cast<std::int64_t>(s.mending), std::int64_t{s.trouble}, s.problem, s.synced_ms, s.repair_day,
           std::int64_t{s.repair_pulls}, s.compare_from, std::int64_t{s.grant.reference}, std::int64_t{s.fresh_whole});
}

void Studios::note_differing(const StudioId& studio, const RecordId& record) {
  db_.exec(note_differing_record, studio, record);
}

void Studios::clear_differing(const StudioId& studio) { db_.exec(clear_differing_records, studio); }

std::vector<RecordId> Studios::differing(const StudioId& studio) {
  std::vector<RecordId> records;
  db_.each(differing_records, [&](SQLite::Statement& row) { records.push_back(id_at<RecordId>(row, 0)); }, studio);
  return records;
}

void Studios::drop_rows(const StudioId& studio) {
  for (const Query* query : {&drop_search, &drop_list, &drop_delivered, &drop_fresh, &clear_differing_records,
                             &forget_place}) {
    db_.exec(*query, studio);
  }
}

void Studios::purge() {
  for (const Query& query : purge_all) db_.exec(query);
}

Status Studios::replace_grants(const std::vector<GrantedStudio>& grants) {
  LX_TRY(std::vector<StudioState> states, all());
  for (const GrantedStudio& grant : grants) {
    const auto known = std::find_if(states.begin(), states.end(),
                                    [&](const StudioState& state) { return state.id() == grant.studio; });
    if (known != states.end() && known->granted && known->grant == grant) continue;
    StudioState state = known == states.end() ? StudioState{} : *known;
    state.grant = grant;
    state.granted = true;
    save(state);
  }
  for (StudioState& state : states) {
    const bool listed = std::any_of(grants.begin(), grants.end(),
                                    [&](const GrantedStudio& grant) { return grant.studio == state.id(); });
    if (listed || !state.granted) continue;
    state.granted = false;  // who held what stays known: the lines that wait were written under it
    save(state);
  }
  return {};
}

}  // namespace lianxin
