// Joined records (sync/model/join.h) as one asker at a desk sees them: the rows of a component, out of one studio or
// several.
#pragma once

#include "server/review/desk.h"
#include "server/review/seen_row.h"
#include "sync/model/join.h"

namespace lianxin::server {

struct JoinedRecord {
  StudioId studio;
  SeenRow seen;
  bool deleted = false;
};

// One connected component, as far as the asker sees it: what lies in studios that are not his is not followed.
struct Component {
  std::vector<JoinedRecord> records;  // by id; the one asked about is always among them
  std::vector<JoinEdge> edges;        // sorted, each once

  const JoinedRecord& head() const;  // stands for all: of those that are not deleted, where there are any
  RecordId primary() const { return head().seen.row.record; }
  bool several() const { return records.size() > 1; }
  std::vector<const Row*> parts() const;  // that are not deleted, the head first; empty where all are
};
Result<Component> component_of(const Desk& desk, const StudioPlace& place, const RecordId& record);

// The same for a row that was read already, without reading anything more where nothing is joined to it: none then.
Result<std::optional<Component>> component_around(const Desk& desk, const StudioPlace& place, const Row& row);

// The records of the kind (empty: of every) in a studio that are joined with others, deleted ones too, over all time.
// The lists say which they are; no record is opened for it.
Result<std::vector<RecordId>> joined_in(const Desk& desk, const StudioPlace& place, const std::string& kind);

// What all count together (sync/model/join.h).
std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component);

}  // namespace lianxin::server
