#include "client-sdk/store/noticed.h"

namespace lianxin::client {
namespace {

constexpr Query noticed_changes{"noticed_changes", "SELECT change_id FROM noticed"};
constexpr Query note_change{"note_change", R"sql(
  INSERT INTO noticed (change_id) VALUES ($1) ON CONFLICT (change_id) DO NOTHING
)sql"};

}  // namespace

std::set<ChangeId> Noticed::all() {
  std::set<ChangeId> changes;
  db_.each(noticed_changes, [&](SQLite::Statement& row) { changes.insert(id_at<ChangeId>(row, 0)); });
  return changes;
}

void Noticed::note(const ChangeId& change) { db_.exec(note_change, change); }

}  // namespace lianxin::client
