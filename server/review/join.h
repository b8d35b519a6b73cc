// Records of one matter, joined by `_alias` edges (PROTOCOL 3.10): which belong together, and what they count together.
// No write ever moves: a component is read off the edges each time, so taking an edge away undoes it exactly.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/review/desk.h"
#include "server/review/seen_row.h"

namespace lianxin::server {

inline constexpr std::string_view alias_field = "_alias";

struct JoinEdge {
  RecordId smaller, larger;
  bool sum = true;                  // counters add up; else the larger stands
  std::optional<RecordId> primary;  // chosen to stand for them
  friend auto operator<=>(const JoinEdge&, const JoinEdge&) = default;
};

// The edges that a row holds. `other_studio`: of those ends that lie in another studio.
struct RowEdges {
  std::vector<JoinEdge> edges;
  std::map<RecordId, StudioId> other_studio;
};
RowEdges edges_of(const Catalog& catalog, const Row& row);

struct JoinedRecord {
  StudioId studio;
  SeenRow seen;
};

// One connected component, as far as the asker sees it: what lies in studios that are not his is not followed.
struct Component {
  std::vector<JoinedRecord> records;  // by id; the one asked about is always among them
  std::vector<JoinEdge> edges;        // sorted, each once
  RecordId primary() const;  // the one chosen (the smallest id of several), else the smallest id, stands for them all
};
Result<Component> component_of(const Desk& desk, const StudioPlace& place, const RecordId& record);

// The records of the kind (empty: of every) in a studio that are joined with others, deleted ones too, over all time.
// The lists say which they are; no record is opened for it.
Result<std::vector<RecordId>> joined_in(const Desk& desk, const StudioPlace& place, const std::string& kind);

// Counters by field, and for a family by FIELD/KEY. Records joined by "larger" are first taken together, and the larger
// count of each stands; what is left adds up. Deleted records count for nothing.
std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component);

// The same over bare numbers: `counts` of each record, in the order of `records`. Edges also hold together through
// records that are not among these (one that is not accepted yet, or was deleted) and count for nothing.
std::int64_t combined_count(std::span<const RecordId> records, std::span<const JoinEdge> edges,
                            std::span<const std::int64_t> counts);

// The counters that a row shows, by field or FIELD/KEY.
std::map<std::string, std::int64_t> counters_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin::server
