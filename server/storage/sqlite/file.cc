#include "server/storage/sqlite/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace lianxin::server {
namespace {

constexpr std::int64_t application_id = 0x4c69616e;  // "Lian": what `file` and our own open() know the file by

constexpr Query application{"application", "PRAGMA application_id"};
constexpr Query any_table{"any_table", "SELECT 1 FROM sqlite_schema LIMIT 1"};

std::int64_t application_of(SqliteConnection& connection) {
  return connection.first(application, column<std::int64_t>).value_or(0);
}

}  // namespace

// SQLite would create the file by the umask. Its -wal and -shm take the mode of the file itself.
Status make_private(const std::filesystem::path& file) {
  const int created = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (created >= 0) {
    ::close(created);
    return {};
  }
  if (errno == EEXIST && ::chmod(file.c_str(), 0600) == 0) return {};
  return failure(Errc::unavailable, "open database: cannot create the file or set its mode");
}

bool is_ours(SqliteConnection& connection) { return application_of(connection) == application_id; }

Status take_as_ours(SqliteConnection& connection) {
  if (is_ours(connection)) return {};
  if (application_of(connection) != 0 || connection.run(any_table).step()) {
    return failure(Errc::corrupt, "open database: the file belongs to another program");
  }
  connection.exec(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  return {};
}

}  // namespace lianxin::server
