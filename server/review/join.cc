#include "server/review/join.h"

#include <algorithm>
#include <deque>

#include "sync/model/view.h"

namespace lianxin::server {
namespace {

// Who stands for each record once some are taken together.
class Groups {
 public:
  RecordId leader(RecordId record) const {
    for (auto at = leader_.find(record); at != leader_.end() && at->second != record; at = leader_.find(record)) {
      record = at->second;
    }
    return record;
  }
  void join(const RecordId& a, const RecordId& b) {
    const RecordId from = leader(a), to = leader(b);
    if (from != to) leader_[from] = to;
  }

 private:
  std::map<RecordId, RecordId> leader_;
};

// Records of the studio whose `_alias` names this one: they have the smaller id, so the edge stands in them.
Result<std::vector<RecordId>> pointing_at(const Desk& desk, const StudioId& studio, const std::string& kind,
                                          const RecordId& record) {
  LX_TRY(const std::vector<ListedRow> rows,
         desk.lists.with_field(studio, kind, std::string(alias_field), Value(record.text())));
  std::vector<RecordId> found;
  found.reserve(rows.size());
  for (const ListedRow& row : rows) found.push_back(row.record);
  return found;
}

std::int64_t added(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return a < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

bool met_all(const Component& component, const std::pair<RecordId, RecordId>& ends) {
  const auto among = [&](const RecordId& id) {
    return std::any_of(component.records.begin(), component.records.end(),
                       [&](const JoinedRecord& joined) { return joined.seen.row.record == id; });
  };
  return among(ends.first) && among(ends.second);
}

}  // namespace

RecordId Component::primary() const {
  std::optional<RecordId> chosen;
  for (const JoinEdge& edge : edges) {
    if (edge.primary && met_all(*this, {*edge.primary, *edge.primary}) && (!chosen || *edge.primary < *chosen)) {
      chosen = edge.primary;
    }
  }
  return chosen ? *chosen : records.front().seen.row.record;
}

RowEdges edges_of(const Catalog& catalog, const Row& row) {
  RowEdges found;
  for (const auto& [key, attributes] : shown_elements(catalog, row, alias_field)) {
    const auto other = RecordId::parse(key);
    if (!other || *other == row.record) continue;
    const auto counters = attributes.find("counters");
    const bool sum = counters == attributes.end() || counters->second != Value("larger");
    const auto primary = attributes.find("primary");
    const bool chosen = primary != attributes.end() && primary->second.text();
    found.edges.push_back({std::min(row.record, *other), std::max(row.record, *other), sum,
                           chosen ? RecordId::parse(*primary->second.text()) : std::nullopt});
    const auto studio = attributes.find("studio");
    if (studio == attributes.end() || !studio->second.text()) continue;
    if (const auto id = StudioId::parse(*studio->second.text())) found.other_studio.emplace(*other, *id);
  }
  return found;
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
    const StudioId studio = place->studio;
    records.emplace(id, JoinedRecord{studio, std::move(*seen)});
  }
  for (auto& [id, joined] : records) component.records.push_back(std::move(joined));
  for (const auto& [ends, edge] : edges) {
    if (met_all(component, ends)) component.edges.push_back(edge);
  }
  return component;
}

std::map<std::string, std::int64_t> counters_of(const Catalog& catalog, const Row& row) {
  std::map<std::string, std::int64_t> counters;
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return counters;
  const auto shown = shown_fields(catalog, row);
  for (const Field& field : kind->fields) {
    const auto at = shown.find(field.name);
    if (field.merge != Merge::counter || at == shown.end()) continue;
    if (const std::int64_t* count = at->second.integer()) counters.emplace(field.name, *count);
    if (!at->second.object()) continue;
    for (const auto& [key, value] : *at->second.object()) {
      if (const std::int64_t* count = value.integer()) counters.emplace(field.name + "/" + key, *count);
    }
  }
  return counters;
}

std::int64_t combined_count(std::span<const RecordId> records, std::span<const JoinEdge> edges,
                            std::span<const std::int64_t> counts) {
  Groups groups;
  for (const JoinEdge& edge : edges) {
    if (!edge.sum) groups.join(edge.smaller, edge.larger);
  }
  std::map<RecordId, std::int64_t> largest;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto [at, first] = largest.emplace(groups.leader(records[i]), counts[i]);
    if (!first) at->second = std::max(at->second, counts[i]);
  }
  std::int64_t sum = 0;
  for (const auto& [leader, count] : largest) sum = added(sum, count);
  return sum;
}

std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component) {
  std::vector<RecordId> records;
  std::vector<std::map<std::string, std::int64_t>> counters;
  std::set<std::string> names;
  for (const JoinedRecord& joined : component.records) {
    if (is_deleted(catalog, joined.seen.row)) continue;
    records.push_back(joined.seen.row.record);
    counters.push_back(counters_of(catalog, joined.seen.row));
    for (const auto& [name, count] : counters.back()) names.insert(name);
  }
  std::map<std::string, std::int64_t> combined;
  for (const std::string& name : names) {
    std::vector<std::int64_t> counts;
    counts.reserve(counters.size());
    for (const auto& own : counters) counts.push_back(own.contains(name) ? own.at(name) : 0);
    combined.emplace(name, combined_count(records, component.edges, counts));
  }
  return combined;
}

}  // namespace lianxin::server
