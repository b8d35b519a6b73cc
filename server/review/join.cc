#include "server/review/join.h"

#include <algorithm>
#include <deque>
#include <set>

#include "sync/model/view.h"

namespace lianxin::server {
namespace {

// Records of the studio whose `_alias` names this one: they have the smaller id, so the edge stands in them.
Result<std::vector<RecordId>> pointing_at(const Desk& desk, const StudioId& studio, const std::string& kind,
                                          const RecordId& record) {
  LX_TRY(const std::vector<ListedRow> rows,
         desk.lists.with_field(studio, kind, std::string(alias_field), Value(record.text())));
  std::vector<RecordId> found;
  for (const ListedRow& row : rows) {
    if (row.record != record) found.push_back(row.record);
  }
  return found;
}

bool has(const Component& component, const RecordId& id) {
  return std::any_of(component.records.begin(), component.records.end(),
                     [&](const JoinedRecord& joined) { return joined.seen.row.record == id; });
}

}  // namespace

const JoinedRecord& Component::head() const {
  std::vector<RecordId> ids, standing;
  for (const JoinedRecord& joined : records) {
    ids.push_back(joined.seen.row.record);
    if (!joined.deleted) standing.push_back(ids.back());
  }
  const RecordId primary = primary_of(standing.empty() ? ids : standing, edges);
  return records[static_cast<std::size_t>(std::find(ids.begin(), ids.end(), primary) - ids.begin())];
}

std::vector<const Row*> Component::parts() const {
  std::vector<const Row*> parts;
  const JoinedRecord& first = head();
  if (!first.deleted) parts.push_back(&first.seen.row);
  for (const JoinedRecord& joined : records) {
    if (!joined.deleted && &joined != &first) parts.push_back(&joined.seen.row);
  }
  return parts;
}

Result<std::vector<RecordId>> joined_in(const Desk& desk, const StudioPlace& place, const std::string& kind) {
  std::vector<RecordId> joined;
  ListQuery query;
  query.studios = {place.studio};
  query.kind = kind;
  query.with_deleted = true;
  query.rows_max = 500;
  do {
    LX_TRY(const ListPage page, desk.lists.list(query));
    for (const ListedRow& listed : page.rows) {
      if (listed.summary.joined) joined.push_back(listed.record);
    }
    query.after = page.next;
  } while (!query.after.empty());
  return joined;
}

Result<Component> component_of(const Desk& desk, const StudioPlace& start, const RecordId& record) {
  Component component;
  std::map<RecordId, JoinedRecord> records;
  std::map<std::pair<RecordId, RecordId>, JoinEdge> edges;
  std::deque<std::pair<const StudioPlace*, RecordId>> open{{&start, record}};
  std::set<RecordId> met{record};
  while (!open.empty()) {
    const auto [place, id] = open.front();
    open.pop_front();
    LX_TRY(std::vector<std::optional<Row>> rows, rows_of(desk, place->studio, std::span(&id, 1)));
    auto seen = rows.front() ? seen_by(desk.catalog, desk.access(*place), *rows.front()) : std::nullopt;
    if (!seen) {
      if (id == record) return failure(Errc::not_found, "record " + record.text());
      continue;
    }
    const RowEdges own = edges_of(desk.catalog, seen->row);
    LX_TRY(const std::vector<RecordId> pointing, pointing_at(desk, place->studio, seen->row.kind, id));
    for (const RecordId& other : pointing) {
      if (met.insert(other).second) open.emplace_back(place, other);
    }
    for (const JoinEdge& edge : own.edges) {
      // Of two studios' copies the one in the record with the smaller id says how counters go.
      if (edge.smaller == id)
        edges.insert_or_assign({edge.smaller, edge.larger}, edge);
      else
        edges.emplace(std::pair(edge.smaller, edge.larger), edge);
      const RecordId other = edge.smaller == id ? edge.larger : edge.smaller;
      const auto elsewhere = own.other_studio.find(other);
      const StudioPlace* there = elsewhere == own.other_studio.end() ? place : desk.places.place(elsewhere->second);
      if (there && desk.access(*there).any() && met.insert(other).second) open.emplace_back(there, other);
    }
    const bool deleted = is_deleted(desk.catalog, seen->row);
    records.emplace(id, JoinedRecord{place->studio, std::move(*seen), deleted});
  }
  for (auto& [id, joined] : records) component.records.push_back(std::move(joined));
  for (const auto& [ends, edge] : edges) {
    if (has(component, ends.first) && has(component, ends.second)) component.edges.push_back(edge);
  }
  return component;
}

Result<std::optional<Component>> component_around(const Desk& desk, const StudioPlace& place, const Row& row) {
  std::optional<Component> found;
  if (edges_of(desk.catalog, row).edges.empty()) {
    LX_TRY(const std::vector<RecordId> pointing, pointing_at(desk, place.studio, row.kind, row.record));
    if (pointing.empty()) return found;
  }
  Result<Component> component = component_of(desk, place, row.record);
  // Out of sight meanwhile, or gone with a restored store: then it is nothing to show.
  if (!component && component.error().code == Errc::not_found) return found;
  if (!component) return tl::unexpected(std::move(component).error());
  if (component->several()) found = std::move(*component);
  return found;
}

std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component) {
  return combined_counters(catalog, component.parts(), component.edges);
}

}  // namespace lianxin::server
