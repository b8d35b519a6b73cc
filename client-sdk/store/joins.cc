#include "client-sdk/store/joins.h"

#include <algorithm>
#include <map>
#include <set>

namespace lianxin::client {
namespace {

constexpr Query put_edge{"put_edge", R"sql(
  INSERT INTO join_edge (studio, record, other, adds, chosen, other_studio) VALUES ($1, $2, $3, $4, $5, $6)
)sql"};
constexpr Query drop_edges{"drop_edges", "DELETE FROM join_edge WHERE studio = $1 AND record = $2"};
constexpr Query edges_in{"edges_in", R"sql(
  SELECT other, adds, chosen, other_studio FROM join_edge WHERE studio = $1 AND record = $2
)sql"};
constexpr Query pointing_at{"pointing_at", "SELECT record FROM join_edge WHERE other = $1"};
constexpr Query entry_here{"entry_here", R"sql(
  SELECT studio, kind, deleted, review FROM list_entry WHERE record = $1 ORDER BY deleted LIMIT 1
)sql"};

}  // namespace

void Joins::put(const Catalog& catalog, const RecordState& state) {
  drop(state.studio, state.row.record);
  const RowEdges own = edges_of(catalog, state.row);
  for (const JoinEdge& edge : own.edges) {
    const RecordId& other = edge.smaller == state.row.record ? edge.larger : edge.smaller;
    const auto elsewhere = own.other_studio.find(other);
    db_.exec(put_edge, state.studio, state.row.record, other, std::int64_t{edge.sum}, edge.primary,
             elsewhere == own.other_studio.end() ? std::optional<StudioId>() : std::optional(elsewhere->second));
  }
}

void Joins::drop(const StudioId& studio, const RecordId& record) { db_.exec(drop_edges, studio, record); }

JoinedHere Joins::around(const RecordId& record) {
  std::map<RecordId, JoinEnd> ends;
  std::map<RecordId, Standing> standing;
  std::string kind;
  std::vector<RecordId> open{record};
  std::set<RecordId> met{record};
  while (!open.empty()) {
    const RecordId at = open.back();
    open.pop_back();
    JoinEnd end;
    const auto entry = [&](SQLite::Statement& row) {
      const std::string its_kind = row.getColumn(1).getString();
      if (kind.empty()) kind = its_kind;
      if (its_kind != kind) return;
      end.studio = id_at<StudioId>(row, 0);
      standing.emplace(at, standing_of(row.getColumn(2).getInt() != 0, row.getColumn(3).getString()));
    };
    db_.each(entry_here, entry, at);
    if (!standing.contains(at)) continue;  // not here, or of another kind
    const auto meet = [&](const RecordId& other) {
      if (met.insert(other).second) open.push_back(other);
    };
    const auto edge = [&](SQLite::Statement& row) {
      const auto other = id_at<RecordId>(row, 0);
      JoinEdge own{std::min(at, other), std::max(at, other), row.getColumn(1).getInt() != 0, {}};
      if (!row.isColumnNull(2)) own.primary = id_at<RecordId>(row, 2);
      if (!row.isColumnNull(3)) end.own.other_studio.emplace(other, id_at<StudioId>(row, 3));
      end.own.edges.push_back(own);
      meet(other);
    };
    db_.each(edges_in, edge, end.studio, at);
    db_.each(
        pointing_at, [&](SQLite::Statement& row) { meet(id_at<RecordId>(row, 0)); }, at);
    ends.emplace(at, std::move(end));
  }
  JoinedHere here;
  here.edges = holding_edges(ends);
  here.records = joined_with(record, here.edges);
  std::erase_if(here.edges, [&](const JoinEdge& edge) {
    return !std::binary_search(here.records.begin(), here.records.end(), edge.smaller);
  });
  std::vector<Part> parts;
  for (const RecordId& each : here.records) parts.push_back({each, standing[each]});
  here.primary = head_of(parts, here.edges);
  return here;
}

}  // namespace lianxin::client
