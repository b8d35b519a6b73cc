#include "client-sdk/store/harmed.h"

namespace lianxin::client {
namespace {

constexpr Query note_harmed{"note_harmed", R"sql(
  INSERT INTO harmed (change_id, studio, record, harm) VALUES ($1, $2, $3, $4)
  ON CONFLICT (change_id) DO UPDATE SET harm = excluded.harm
)sql"};
constexpr Query all_harmed{"all_harmed", R"sql(
  SELECT change_id, studio, record, harm FROM harmed ORDER BY studio, harm, change_id
)sql"};
constexpr Query drop_with_it{"drop_with_it", R"sql(
  DELETE FROM harmed WHERE harm = $2 AND studio = (SELECT studio FROM harmed WHERE change_id = $1 AND harm = $2)
)sql"};
constexpr Query drop_harmed{"drop_harmed", "DELETE FROM harmed WHERE change_id = $1"};

}  // namespace

void HarmedChanges::note(Harm harm, std::span<const OwnChange> changes) {
  for (const OwnChange& one : changes) {
    db_.exec(note_harmed, one.id, one.studio, one.record, static_cast<std::int64_t>(harm));
  }
}

std::vector<HarmedChange> HarmedChanges::to_be_told() {
  std::vector<HarmedChange> harmed;
  db_.each(all_harmed, [&](SQLite::Statement& row) {
    harmed.push_back({id_at<ChangeId>(row, 0), id_at<StudioId>(row, 1), id_at<RecordId>(row, 2),
                      static_cast<Harm>(row.getColumn(3).getInt())});
  });
  return harmed;
}

void HarmedChanges::take_note(const ChangeId& id) {
  db_.exec(drop_with_it, id, static_cast<std::int64_t>(Harm::lost));
  db_.exec(drop_harmed, id);
}

}  // namespace lianxin::client
