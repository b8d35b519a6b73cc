#include "sync/model/join.h"

#include <algorithm>
#include <set>

#include "sync/model/view.h"

namespace lianxin {
namespace {

bool leads_to(const JoinEnd& from, const RecordId& record, const StudioId& studio) {
  const auto elsewhere = from.own.other_studio.find(record);
  if (studio != (elsewhere == from.own.other_studio.end() ? from.studio : elsewhere->second)) return false;
  return std::any_of(from.own.edges.begin(), from.own.edges.end(),
                     [&](const JoinEdge& edge) { return edge.smaller == record || edge.larger == record; });
}

}  // namespace

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

std::vector<JoinEdge> holding_edges(const std::map<RecordId, JoinEnd>& rows) {
  std::map<std::pair<RecordId, RecordId>, JoinEdge> found;
  for (const auto& [holder, from] : rows) {
    for (const JoinEdge& edge : from.own.edges) {
      const RecordId& other = edge.smaller == holder ? edge.larger : edge.smaller;
      const auto end = rows.find(other);
      if (end == rows.end() || !leads_to(from, other, end->second.studio)) continue;
      if (end->second.studio != from.studio && !leads_to(end->second, holder, from.studio)) continue;
      // Of two studios' copies the one in the record with the smaller id says how counters go.
      if (edge.smaller == holder)
        found.insert_or_assign({edge.smaller, edge.larger}, edge);
      else
        found.emplace(std::pair(edge.smaller, edge.larger), edge);
    }
  }
  std::vector<JoinEdge> edges;
  edges.reserve(found.size());
  for (const auto& [ends, edge] : found) edges.push_back(edge);
  return edges;
}

bool stepped_by_joining(const Row& row) {
  const Cell* own = row.cell(Address{std::string(alias_field), row.record.text(), {}}.text());
  return own && !own->heads.empty();
}

std::vector<RecordId> joined_with(const RecordId& record, std::span<const JoinEdge> edges) {
  std::set<RecordId> met{record};
  for (bool more = true; more;) {
    more = false;
    for (const JoinEdge& edge : edges) {
      if (met.contains(edge.smaller)) more |= met.insert(edge.larger).second;
      if (met.contains(edge.larger)) more |= met.insert(edge.smaller).second;
    }
  }
  return {met.begin(), met.end()};
}

Standing standing_of(bool deleted, std::string_view review) {
  if (deleted) return Standing::deleted;
  if (review == "accepted" || review == "archived") return Standing::accepted;
  if (review == "submitted" || review == "township_checked") return Standing::handed_in;
  return Standing::open;
}

Standing standing_of(const Catalog& catalog, const Row& row) {
  const Kind* kind = catalog.kind(row.kind);
  const bool reviewed = kind && kind->reviewed;
  return standing_of(is_deleted(catalog, row), reviewed ? state_of(catalog, row, "_review") : std::string());
}

std::vector<RecordId> foremost(std::span<const Part> parts) {
  Standing most = Standing::deleted;
  for (const Part& part : parts) most = std::max(most, part.standing);
  std::vector<RecordId> records;
  for (const Part& part : parts) {
    if (part.standing == most) records.push_back(part.record);
  }
  return records;
}

RecordId head_of(std::span<const Part> parts, std::span<const JoinEdge> edges) {
  const std::vector<RecordId> records = foremost(parts);
  std::optional<RecordId> chosen;
  for (const JoinEdge& edge : edges) {
    const bool here = edge.primary && std::binary_search(records.begin(), records.end(), *edge.primary);
    if (here && (!chosen || *edge.primary < *chosen)) chosen = edge.primary;
  }
  return chosen ? *chosen : records.front();
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
  std::vector<JoinEdge> larger;
  for (const JoinEdge& edge : edges) {
    if (!edge.sum) larger.push_back(edge);
  }
  std::map<RecordId, std::int64_t> largest;  // by the first of those that are taken together
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto [at, first] = largest.emplace(joined_with(records[i], larger).front(), counts[i]);
    if (!first) at->second = std::max(at->second, counts[i]);
  }
  std::int64_t sum = 0;
  for (const auto& [leader, count] : largest) sum = sum_of_counts(sum, count);
  return sum;
}

std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, std::span<const Row* const> rows,
                                                      std::span<const JoinEdge> edges) {
  std::vector<RecordId> records;
  std::vector<std::map<std::string, std::int64_t>> counters;
  std::set<std::string> names;
  for (const Row* row : rows) {
    if (is_deleted(catalog, *row)) continue;
    records.push_back(row->record);
    counters.push_back(counters_of(catalog, *row));
    for (const auto& [name, count] : counters.back()) names.insert(name);
  }
  std::map<std::string, std::int64_t> combined;
  for (const std::string& name : names) {
    std::vector<std::int64_t> counts;
    counts.reserve(counters.size());
    for (const auto& own : counters) counts.push_back(own.contains(name) ? own.at(name) : 0);
    combined.emplace(name, combined_count(records, edges, counts));
  }
  return combined;
}

}  // namespace lianxin
