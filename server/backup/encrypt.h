// A database that lies as it is on the disk, of a backup or a release from before databases were encrypted, made into
// one that is.
#pragma once

#include <filesystem>

#include "schema/result.h"
#include "server/storage/data_keys.h"

namespace lianxin::server {

// Writes it anew beside the file, under `key`, which must be held, puts it in its place in one step, and overwrites the
// old file's bytes; what a disk keeps of them elsewhere is out of reach. False: it was encrypted already. Whoever does
// this is alone with the file. Cut short it is as it was or done; what is left beside it the next one removes, but for
// a log of the old file, which goes with the next use of the database.
Result<bool> encrypt_database(const std::filesystem::path& file, const DataKeyId& key);

}  // namespace lianxin::server
