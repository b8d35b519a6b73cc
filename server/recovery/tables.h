// The tables of this room.
#pragma once

#include "server/storage/migration.h"

namespace lianxin::server {

// How far database and journal agree, and what of the journal could not be taken yet.
Module recovery_tables();

}  // namespace lianxin::server
