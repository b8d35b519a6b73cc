// What a phone whose rows differ compares its own with, record by record (PROTOCOL 5.6).
#pragma once

#include "sync/log/store.h"
#include "sync/model/policy.h"
#include "sync/wire/messages.h"

namespace lianxin {

// The next stretch after `from`: at most limits::compared_records_max records. corrupt where a row cannot be read.
Result<Compared> compared_for(ReadTxn& snapshot, const Catalog& catalog, const Access& access, Seq from);

}  // namespace lianxin
