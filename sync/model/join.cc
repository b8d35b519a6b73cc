#include "sync/model/join.h"

#include <algorithm>
#include <set>

#include "sync/model/view.h"

namespace lianxin {
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

std::int64_t added(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return a < 0 ? INT64_MIN : INT64_MAX;
  return sum;
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

RecordId primary_of(std::span<const RecordId> records, std::span<const JoinEdge> edges) {
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
