// SQLite's files, encrypted as they go to the disk: a VFS over the system's own. A database file that names a key is
// read with it, and what lies beside it (-wal, -journal) as well; one that names none is read as it lies. SQLite's
// pages, log and index of words are the same above it, and so are their locks.
//
// A file's first 16 bytes, which are the same in every database, say on the disk "LianxinE" and the id of the key. All
// else is AES-256-XTS, each unit (encrypted_layout.h) under the name of its place. Each is written whole and shares no
// byte with another, so that what SQLite promises of a power cut holds. Whoever writes to the disk behind our back can
// spoil a unit, not choose what it says; hashes and seals show it. What XTS does not hide from one who sees the disk
// again and again: that a unit changed, and where.
//
// The -shm has no content, only numbers of pages. Temporary files are refused: connections keep what is temporary in
// memory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/storage/data_keys.h"

struct sqlite3;

namespace lianxin::server {

// Registers the VFS over the one that is the default at the first call, and gives its name. Safe from any thread.
const char* encrypted_files();

// What SQLite opens the file by (a URI): one that is empty is made under `key`, where one is given.
std::string name_to_open(const std::filesystem::path& file, const std::optional<DataKeyId>& key = {});

// Of the file that is open; none where it lies as it is.
std::optional<DataKeyId> key_of_file(sqlite3* connection);

}  // namespace lianxin::server
