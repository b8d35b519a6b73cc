// A server's database file opened beside the server, by a test that looks at what it holds or damages it: encrypted
// files too, with the key that lies in keys/ beside the file or beside its folder.
#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <string>

namespace lianxin::test {

SQLite::Database open_beside(const std::filesystem::path& file, int flags = SQLite::OPEN_READWRITE);

// The key of the server whose file this is can be used from now on, for copies of it that lie elsewhere too.
void hold_key_of(const std::filesystem::path& file);

// Whatever a statement could read of it, pages that are free too: the bytes of the file without its encryption.
std::string bytes_of_database(const std::filesystem::path& file);

}  // namespace lianxin::test
