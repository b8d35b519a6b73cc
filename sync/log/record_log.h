// All that became of one record.
#pragma once

#include <vector>

#include "sync/log/store.h"

namespace lianxin {

// The record's lines, by seq: with those that it had no room to hold and that were let in since, which the log has
// under records of their own. `next`: the place below which there may be more; 0 where there are none.
struct RecordLog {
  std::vector<Logged> lines;
  Seq next = 0;
};
Result<RecordLog> lines_of(ReadTxn& txn, const RecordId& record, const LogPart& part = {});

}  // namespace lianxin
