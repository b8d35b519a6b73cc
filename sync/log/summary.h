// What lists show of a row, without opening it.
#pragma once

#include "sync/log/store.h"

namespace lianxin {

RowSummary summary_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin
