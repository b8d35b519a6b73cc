// What makes a file one of ours: its owner alone reads it, and it says whose it is.
#pragma once

#include <filesystem>

#include "server/storage/sqlite/connection.h"

namespace lianxin::server {

// Makes the file where it is missing. It is not opened where it is there: closing it would drop the locks that this
// process may hold on it. unavailable.
Status make_private(const std::filesystem::path& file);

bool is_ours(SqliteConnection& connection);         // throws SqlFailure
Status take_as_ours(SqliteConnection& connection);  // an empty one; corrupt: another program's. Throws SqlFailure.

}  // namespace lianxin::server
