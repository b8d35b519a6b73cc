#include "tests/support/database_beside.h"

#include <SQLiteCpp/Backup.h>

#include <algorithm>

#include "schema/assert.h"
#include "server/storage/sqlite/encrypted_files.h"
#include "tests/support/file_bytes.h"
#include "tests/support/temp_folder.h"

namespace lianxin::test {
namespace {

namespace fs = std::filesystem;

}  // namespace

void hold_key_of(const fs::path& file) {
  const fs::path folder = file.parent_path();
  for (const fs::path& keys : {folder / "keys", folder.parent_path() / "keys"}) {
    std::string line = bytes_of(keys / "data.secret");
    line.erase(std::remove(line.begin(), line.end(), '\n'), line.end());
    const auto bytes = from_base64url(line);
    if (!bytes || bytes->empty()) continue;
    SecretKey key;
    LX_ASSERT(bytes->size() == key.size());
    std::copy(bytes->begin(), bytes->end(), key.begin());
    server::hold_data_key(key);
  }
}

SQLite::Database open_beside(const fs::path& file, int flags) {
  hold_key_of(file);
  return SQLite::Database(server::name_to_open(file), flags | SQLite::OPEN_URI, 0, server::encrypted_files());
}

std::string bytes_of_database(const fs::path& file) {
  const TempFolder folder;
  const fs::path copy = folder / "plain.db";
  {
    SQLite::Database plain(copy.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE), original = open_beside(file);
    SQLite::Backup(plain, original).executeStep();
  }
  return bytes_of(copy);
}

}  // namespace lianxin::test
