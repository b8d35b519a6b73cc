// Writing and taking away the edges that join records (join.h), and the steps that go with it: where a workflow says so
// (Ladder::joined), the lesser records stand there for as long as they are joined. An edge and its steps are one act;
// where any of it is refused, nothing is left of the rest.
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

// Writes the edge: into the record with the smaller id, into both where they lie in two studios. not_found where one is
// out of sight, invalid_argument for a record with itself or of another kind.
struct JoinAsked {
  bool sum = true;
  std::optional<RecordId> primary;
  std::string reason;
};
Result<Acted> join_records(const Desk& desk, Pair a, Pair b, const JoinAsked& asked);

// Takes it away where it stands. A record that joining stepped, and that is now joined to none as the lesser, goes back
// to where it came from. not_found where there is no edge.
Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason);

}  // namespace lianxin::server
