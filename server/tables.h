// Every room that keeps tables in the database: what whoever opens, verifies or seals one hands to storage.
#pragma once

#include <span>

#include "server/storage/migration.h"

namespace lianxin::server {

std::span<const Module> database_modules();

}  // namespace lianxin::server
