// Writing and taking away the edges that join records (join.h), and the steps that go with it: where a workflow says so
// (Ladder::joined), the lesser records stand there for as long as they are joined. An edge and its steps are one act;
// where any of it is refused, nothing is left of the rest. What is to be written is decided over the whole matter,
// whatever of it the asker sees (join_plan.h); where he may not write what follows, the act is refused.
#pragma once

#include <optional>
#include <string>

#include "server/review/desk.h"

namespace lianxin::server {

// One of the two records of an edge, in whichever order they were named.
struct Pair {
  const StudioPlace* place = nullptr;
  RecordId record;
};

// Writes the edge: into the record with the smaller id, into both where they lie in two studios. Who is chosen stands
// for all that hang together, in place of who was chosen before. not_found where one is out of sight, invalid_argument
// for a record with itself or of another kind; refused where the workflow of one that would be stepped is in open
// conflict.
struct JoinAsked {
  bool sum = true;
  std::optional<RecordId> primary;
  std::string reason;
};
Result<Acted> join_records(const Desk& desk, Pair a, Pair b, const JoinAsked& asked);

// Takes it away where it stands, also half of one. A record that joining stepped, and that is now joined to none as the
// lesser, goes back to where it came from. not_found where there is no edge.
Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason);

// Steps each record of the matter to where the edges say, until nothing is left to be written: after a delete, and
// after two acts at once. What the asker may not write stays as it is, for the next one who may.
Status settle_matter(const Desk& desk, const StudioPlace& place, const RecordId& record);

}  // namespace lianxin::server
