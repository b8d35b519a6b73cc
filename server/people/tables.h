// The tables of this room.
#pragma once

#include "server/storage/migration.h"

namespace lianxin::server {

// Accounts and sessions, devices and their codes, grants and org units, the numbers of their states, and what was found
// when the database was older than the journal.
Module people_tables();

}  // namespace lianxin::server
