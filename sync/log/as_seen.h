// A record as its log had it at a point: what a verdict saw, and therefore what it accepted.
#pragma once

#include <optional>

#include "sync/log/store.h"

namespace lianxin {

// The step of `_review` by which the record stands accepted (also where it was archived since), or nullptr. Lives as
// long as the row.
const Head* acceptance_of(const Catalog& catalog, const Row& row);

// The record from its lines up to and with that seq, with the stored outcomes and clocks; without a kind where it began
// later.
Result<Row> row_as_of(ReadTxn& txn, const Catalog& catalog, const RecordId& record, Seq seq);

}  // namespace lianxin
