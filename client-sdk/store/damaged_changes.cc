#include "client-sdk/store/damaged_changes.h"

namespace lianxin::client {
namespace {

constexpr Query note_damaged{"note_damaged", R"sql(
  INSERT INTO harmed (change_id, studio, record, harm) VALUES ($1, $2, $3, $4)
  ON CONFLICT (change_id) DO UPDATE SET harm = excluded.harm
)sql"};
constexpr Query all_damaged{"all_damaged", R"sql(
  SELECT change_id, studio, record, harm FROM harmed ORDER BY studio, harm, change_id
)sql"};
constexpr Query drop_with_it{"drop_with_it", R"sql(
  DELETE FROM harmed WHERE harm = $2 AND studio = (SELECT studio FROM harmed WHERE change_id = $1 AND harm = $2)
)sql"};
constexpr Query drop_damaged{"drop_damaged", "DELETE FROM harmed WHERE change_id = $1"};

}  // namespace

void DamagedChanges::note(Damage damage, std::span<const OwnChange> changes) {
  for (const OwnChange& one : changes) {
    db_.exec(note_damaged, one.id, one.studio, one.record, static_cast<std::int64_t>(damage));
  }
}

std::vector<DamagedChange> DamagedChanges::all() {
  return db_.all(all_damaged, [](SQLite::Statement& row) {
    return DamagedChange{id_at<ChangeId>(row, 0), id_at<StudioId>(row, 1), id_at<RecordId>(row, 2),
                         static_cast<Damage>(row.getColumn(3).getInt())};
  });
}

void DamagedChanges::put_away(const ChangeId& id) {
  db_.exec(drop_with_it, id, static_cast<std::int64_t>(Damage::lost));
  db_.exec(drop_damaged, id);
}

}  // namespace lianxin::client
