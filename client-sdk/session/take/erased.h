// What the office erased leaves this phone as well, with the row that says so.
#pragma once

#include "client-sdk/store/database.h"
#include "sync/model/row.h"

namespace lianxin::client {

// The phone's own lines of those changes, of which the server has what is left, and what open forms of the record show
// of those fields; not what was typed into them. `acked_n`: own changes up to here are on the server.
void forget_erased(Database& db, const StudioId& studio, const Row& row, N acked_n);

}  // namespace lianxin::client
