// Writing and taking away the edges that join records (join.h).
#pragma once

#include <optional>
#include <string>

#include "server/review/desk.h"

namespace lianxin::server {

// The two records as one pair, whichever was named first.
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

// Takes it away where it stands. not_found where there is none.
Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason);

}  // namespace lianxin::server
