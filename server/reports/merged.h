// The records that a total is made of: of one kind, in one period, not deleted, the joined ones taken together.
#pragma once

#include <functional>
#include <vector>

#include "server/review/join.h"
#include "server/review/record_list.h"

namespace lianxin::server {

// What counts once: one record, or several that are joined. `records` are those that count, by id, the first of them or
// the chosen one standing for them all; edges also of those that do not count.
struct MergedGroup {
  std::vector<ListItem> records;
  std::vector<JoinEdge> edges;
  std::size_t primary = 0;

  const ListItem& head() const { return records[primary]; }
  std::int64_t count(const std::function<std::int64_t(const ListItem&)>& of) const;  // as the edges say
};

struct Merged {
  std::vector<MergedGroup> accepted;  // of a kind that is not reviewed: all
  std::vector<MergedGroup> pending;   // submitted and not accepted yet, apart
};

// `asked.kind` names the kind; from, to, studio and village bound it. A group belongs to the period and the studios in
// which its head lies, whichever of its records lie elsewhere.
Result<Merged> merged_records(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
