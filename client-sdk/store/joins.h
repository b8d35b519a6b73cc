// Which records of this phone are joined, by the edges of the views (sync/model/join.h), beside the list's entries.
#pragma once

#include "client-sdk/store/record_state.h"
#include "sync/model/join.h"

namespace lianxin::client {

// Those that hang together and are on this phone: what is elsewhere is not known here.
struct JoinedHere {
  std::vector<RecordId> records;  // sorted; the one asked about is always among them
  std::vector<JoinEdge> edges;    // between them, sorted
  RecordId primary;               // stands for all (sync/model/join.h)
};

class Joins {
 public:
  explicit Joins(Database& db) : db_(db) {}

  void put(const Catalog& catalog, const RecordState& state);  // in place of its edges before
  void drop(const StudioId& studio, const RecordId& record);

  JoinedHere around(const RecordId& record);

 private:
  Database& db_;
};

}  // namespace lianxin::client
