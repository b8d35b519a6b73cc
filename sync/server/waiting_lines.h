// Held lines that wait for what they build on, or for their author's own, found by what has come: so that a line costs
// what waits for it, and not all that is held beside its record.
#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "sync/log/replica.h"

namespace lianxin {

class WaitingLines {
 public:
  static bool waits(std::string_view code);

  // Something of this name took effect in the record: what builds on it may be due.
  void took_effect(const RecordId& record, const ChangeId& id);
  // A line was held beside the record.
  void held(const Logged& logged, const Change& change);

  // The lines that may be due since the last time, each once. The first time of a record they are all that wait beside
  // it, whose lines `replica` has or loads.
  std::set<ChangeId> due(Replica& replica, const RecordId& record);

 private:
  struct Beside {
    bool read = false;                                            // what waited before this transaction is in here
    std::unordered_map<ChangeId, std::vector<ChangeId>> by_base;  // what is named, and who waits for it
    std::set<ChangeId> due;
  };
  static void note(Beside& beside, const ChangeId& id, const Change& change);

  std::map<RecordId, Beside> beside_;
};

}  // namespace lianxin
