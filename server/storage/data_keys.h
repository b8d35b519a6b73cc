// The keys under which database files are encrypted on the disk. A file names its key and does not hold it: whoever
// opens a server's files reads its key first (KeyFolder) and has it held here.
#pragma once

#include <optional>

#include "sync/crypto/hash.h"

namespace lianxin::server {

// What a file calls its key.
using DataKeyId = Bytes<8>;
DataKeyId data_key_id_of(const SecretKey& key);

// Files that name this key can be opened from now on, until the process ends. Safe from any thread.
DataKeyId hold_data_key(const SecretKey& key);
std::optional<SecretKey> held_data_key(const DataKeyId& id);

}  // namespace lianxin::server
