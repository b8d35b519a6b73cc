// Records of one matter, joined by `_alias` edges (PROTOCOL 3.10): which belong together, which of them stands for all,
// and what they count together. No write ever moves: this is read off the edges each time, on a phone and at a desk
// alike, so taking an edge away undoes it exactly.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/model/row.h"

namespace lianxin {

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

// The rows that hang together were read; of their edges those that hold: both ends are among them, and where they lie
// in two studios both rows say so. Half an edge joins nothing.
struct JoinEnd {
  StudioId studio;
  RowEdges own;
};
std::vector<JoinEdge> holding_edges(const std::map<RecordId, JoinEnd>& rows);

// An element of `_alias` with the record's own id is no edge: it says that joining stepped the record, and that parting
// steps it back.
bool stepped_by_joining(const Row& row);

// Those that hang together with `record` through the edges, itself among them; sorted.
std::vector<RecordId> joined_with(const RecordId& record, std::span<const JoinEdge> edges);

// How one of several joined records stands, from the least to the most. Of a kind that is not reviewed: deleted or
// open.
enum class Standing : std::uint8_t {
  deleted,
  open,       // neither of those below: a draft, one that was sent back
  handed_in,  // waits for a verdict
  accepted,   // or archived
};
Standing standing_of(bool deleted, std::string_view review);
Standing standing_of(const Catalog& catalog, const Row& row);

struct Part {
  RecordId record;
  Standing standing = Standing::open;
};

// Those that stand the most: where one is accepted the accepted ones, and so on down. `parts`: by id, not empty.
std::vector<RecordId> foremost(std::span<const Part> parts);

// The one that stands for all: of the foremost the chosen one, of several chosen ones and where none is the one with
// the smallest id. So what is written of a record that nobody accepted yet moves no list or total of those that are.
RecordId head_of(std::span<const Part> parts, std::span<const JoinEdge> edges);

// The counters that a row shows, by field or FIELD/KEY.
std::map<std::string, std::int64_t> counters_of(const Catalog& catalog, const Row& row);

// `counts` of each record, in the order of `records`. Records joined by "larger" are first taken together, and the
// larger count of each stands; what is left adds up. Edges also hold together through records that are not among these
// (one that is not accepted yet, or was deleted) and count for nothing.
std::int64_t combined_count(std::span<const RecordId> records, std::span<const JoinEdge> edges,
                            std::span<const std::int64_t> counts);

// The same for every counter of the rows. Deleted ones count for nothing.
std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, std::span<const Row* const> rows,
                                                      std::span<const JoinEdge> edges);

}  // namespace lianxin
