#include "client-sdk/store/joins.h"

#include <algorithm>
#include <map>

namespace lianxin::client {
namespace {

constexpr Query put_edge{"put_edge", R"sql(
  INSERT INTO join_edge (studio, record, other, adds, chosen) VALUES ($1, $2, $3, $4, $5)
)sql"};
constexpr Query drop_edges{"drop_edges", "DELETE FROM join_edge WHERE studio = $1 AND record = $2"};
constexpr Query edges_at{"edges_at", R"sql(
  SELECT record, other, adds, chosen FROM join_edge WHERE record = $1
  UNION ALL SELECT record, other, adds, chosen FROM join_edge WHERE other = $1
)sql"};
constexpr Query deleted_here{"deleted_here",
                             "SELECT min(deleted) FROM list_entry WHERE record = $1 HAVING count(*) > 0"};

}  // namespace

void Joins::put(const Catalog& catalog, const RecordState& state) {
  drop(state.studio, state.row.record);
  for (const JoinEdge& edge : edges_of(catalog, state.row).edges) {
    const RecordId& other = edge.smaller == state.row.record ? edge.larger : edge.smaller;
    db_.exec(put_edge, state.studio, state.row.record, other, std::int64_t{edge.sum}, edge.primary);
  }
}

void Joins::drop(const StudioId& studio, const RecordId& record) { db_.exec(drop_edges, studio, record); }

JoinedHere Joins::around(const RecordId& record) {
  std::map<std::pair<RecordId, RecordId>, JoinEdge> edges;
  std::map<RecordId, bool> met{{record, false}};  // deleted or not
  std::vector<RecordId> open{record};
  while (!open.empty()) {
    const RecordId at = open.back();
    open.pop_back();
    db_.each(
        edges_at,
        [&](SQLite::Statement& row) {
          const auto holder = id_at<RecordId>(row, 0), other = id_at<RecordId>(row, 1);
          JoinEdge edge{std::min(holder, other), std::max(holder, other), row.getColumn(2).getInt() != 0, {}};
          if (!row.isColumnNull(3)) edge.primary = id_at<RecordId>(row, 3);
          // Of two studios' copies the one in the record with the smaller id says how counters go.
          if (holder == edge.smaller) edges.insert_or_assign({edge.smaller, edge.larger}, edge);
          edges.emplace(std::pair(edge.smaller, edge.larger), edge);
        },
        at);
    for (const auto& [ends, edge] : edges) {
      for (const RecordId& end : {ends.first, ends.second}) {
        const auto deleted = met.contains(end) ? std::nullopt : db_.one(deleted_here, first_number, end);
        if (!deleted) continue;
        met.emplace(end, *deleted != 0);
        open.push_back(end);
      }
    }
  }
  JoinedHere here;
  std::vector<RecordId> standing;
  met[record] = db_.one(deleted_here, first_number, record).value_or(0) != 0;
  for (const auto& [id, deleted] : met) {
    here.records.push_back(id);
    if (!deleted) standing.push_back(id);
  }
  for (const auto& [ends, edge] : edges) here.edges.push_back(edge);
  here.primary = primary_of(standing.empty() ? here.records : standing, here.edges);
  return here;
}

}  // namespace lianxin::client
