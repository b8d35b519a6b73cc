// Joined records (sync/model/join.h) as one asker at a desk sees them: the rows of a component, out of one studio or
// several.
#pragma once

#include <set>

#include "server/review/desk.h"
#include "server/review/seen_row.h"
#include "sync/model/join.h"

namespace lianxin::server {

struct JoinedRecord {
  StudioId studio;
  SeenRow seen;
  Standing standing = Standing::open;

  bool deleted() const { return standing == Standing::deleted; }
};

// One connected component. Records of other kinds do not belong to it, nor does one of another studio whose own row
// does not say so too: half an edge joins nothing.
struct Component {
  std::vector<JoinedRecord> records;  // by id; the one asked about is always among them
  std::vector<JoinEdge> edges;        // sorted, each once

  const JoinedRecord& head() const;  // stands for all (sync/model/join.h)
  RecordId primary() const { return head().seen.row.record; }
  bool several() const { return records.size() > 1; }
  const JoinedRecord* find(const RecordId& record) const;
  std::vector<const Row*> parts() const;  // that are not deleted, the head first; empty where all are
};

// asked: as far as the asker sees it; what lies in studios that are not his is not followed. whole: every row as it
// stands, to decide by and never to show.
enum class Sight { asked, whole };
Result<Component> component_of(const Desk& desk, const StudioPlace& place, const RecordId& record,
                               Sight sight = Sight::asked);

// Of rows of one studio those that an edge leads to or from, without opening any: one statement for all of them.
Result<std::vector<RecordId>> joined_among(const Desk& desk, const StudioPlace& place,
                                           std::span<const Row* const> rows);

// The components that records of the studio belong to, of the kind (empty: of every), over all time: each once, as the
// asker sees them. `met` says which records were in those given before, and takes in these.
Status each_component(const Desk& desk, const StudioPlace& place, const std::string& kind, std::set<RecordId>& met,
                      Sight sight, const std::function<void(Component)>& take);

// What all count together (sync/model/join.h).
std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component);

}  // namespace lianxin::server
