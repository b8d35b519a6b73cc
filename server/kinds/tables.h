// The tables of this room.
#pragma once

#include "server/storage/migration.h"

namespace lianxin::server {

// Every version of the kinds that was ever accepted.
Module kinds_tables();

}  // namespace lianxin::server
