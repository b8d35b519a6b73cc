// The records that a total is made of: of one kind, in one period, the joined ones taken together.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "server/review/join.h"
#include "server/review/record_list.h"

namespace lianxin::server {

// What counts once: one record, or several that are joined. `records` are those that count, by id, one of them standing
// for them all (sync/model/join.h); edges also of those that do not count.
struct MergedGroup {
  std::vector<ListItem> records;
  std::vector<JoinEdge> edges;
  std::size_t primary = 0;

  const ListItem& head() const { return records[primary]; }
  std::int64_t count(const std::function<std::int64_t(const ListItem&)>& of) const;  // as the edges say
};

// What would be counted if all of it were accepted now, beside what is: only the difference is pending.
struct PendingGroup {
  std::optional<MergedGroup> now, accepted;  // none: nothing of it lies in the period, or counts

  const ListItem& head() const { return now ? now->head() : accepted->head(); }
};

struct Merged {
  std::vector<MergedGroup> accepted;  // as their last verdicts saw them; of a kind that is not reviewed: all, as it is
  std::vector<PendingGroup> pending;  // what was handed in, accepted or not
};

// `asked.kind` names the kind; from, to, studio and village bound it. A group belongs to the period and the studios in
// which its head lies, whichever of its records lie elsewhere.
Result<Merged> merged_records(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
