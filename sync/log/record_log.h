// All that became of one record.
#pragma once

#include <vector>

#include "sync/log/store.h"

namespace lianxin {

// The record's lines, by seq: with those that it had no room to hold and that were let in since, which the log has
// under records of their own.
Result<std::vector<Logged>> lines_of(ReadTxn& txn, const RecordId& record);

}  // namespace lianxin
