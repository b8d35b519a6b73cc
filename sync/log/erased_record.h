// A record of which something was erased: what is left of its lines, and what they make of it.
#pragma once

#include "sync/log/log_replay.h"

namespace lianxin {

struct ErasedRecord {
  std::vector<Logged> lines;  // those that hold less than before
  Row row;
};

// `row`: as it stands, the erasure applied. `lines`: all of the record, by seq, the erasure's own among them. The row
// comes out as a replay of the whole log would make it.
ErasedRecord erased_record(const Catalog& catalog, const Row& row, std::vector<Logged> lines, LogReplay::Rest rest);

}  // namespace lianxin
