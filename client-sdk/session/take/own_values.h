// The values of heads that travelled without them, because their line stands in this phone's own chain (PROTOCOL 5.3).
#pragma once

#include "client-sdk/store/database.h"
#include "sync/model/row.h"

namespace lianxin::client {

// From the line; where it was erased or is not what was saved any more, from the row as it lies here: a head's value
// never changes. False: one of them stands in neither.
Result<bool> fill_in_own_values(Database& db, const StudioId& studio, Row& row);

}  // namespace lianxin::client
