#include "client-sdk/store/database.h"

#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client-sdk/store/migrations.h"

namespace lianxin::client {
namespace {

// "LXPH": says that a file is ours before anything is read from it.
constexpr int application_id = 0x4C585048;

// Keys, tokens and what people told lie in it: nobody else on the machine reads the file, whatever the umask says.
// SQLite gives its journals the mode of the file.
const std::string& made_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd >= 0) {
    ::close(fd);
  } else {
    (void)::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  }
  return path;
}

}  // namespace

Database::Database(const std::string& path, Codec& codec)
    : db_(made_private(path), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX), codec_(codec) {
  db_.setBusyTimeout(10'000);
}

void Database::end_what_was_left() {
  if (sqlite3_get_autocommit(db_.getHandle()) == 0) db_.exec("ROLLBACK");
}

Error Database::error_of(const SQLite::Exception& exception) {
  switch (exception.getErrorCode() & 0xff) {  // the low byte is the primary code
    case SQLITE_NOMEM: return {Errc::unavailable, "no_memory"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {Errc::corrupt, std::string("the phone's file: ") + exception.what()};
    default: return {Errc::unavailable, std::string("the phone's file: ") + exception.what()};
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Codec& codec) {
  return guarded<Result<std::unique_ptr<Database>>>([&]() -> Result<std::unique_ptr<Database>> {
    std::unique_ptr<Database> database(new Database(path, codec));
    database->db_.exec("PRAGMA journal_mode = WAL");
    database->db_.exec("PRAGMA synchronous = FULL");  // what commit() promised survives a pulled battery
    database->db_.exec("PRAGMA foreign_keys = ON");
    database->db_.exec("PRAGMA secure_delete = ON");
    // 8 MiB. With SQLite's own 2 a pull keeps reading back from the file what it wrote a moment ago.
    database->db_.exec("PRAGMA cache_size = -8192");
    LX_CHECK(database->migrate());
    return database;
  });
}

Status Database::migrate() {
  SQLite::Transaction transaction(db_, SQLite::TransactionBehavior::IMMEDIATE);
  const int owner = db_.execAndGet("PRAGMA application_id").getInt();
  const int version = db_.execAndGet("PRAGMA user_version").getInt();
  const auto migrations = phone_migrations();
  if (owner != application_id && (owner != 0 || version != 0)) {
    return failure(Errc::corrupt, "the file belongs to another program");
  }
  if (version > static_cast<int>(migrations.size())) {
    return failure(Errc::corrupt, "the file was made by a newer version");
  }
  if (version == static_cast<int>(migrations.size())) return {};  // nothing to write
  for (std::size_t i = static_cast<std::size_t>(version); i < migrations.size(); ++i) {
    db_.exec(std::string(migrations[i].sql));
  }
  db_.exec("PRAGMA application_id = " + std::to_string(application_id));
  db_.exec("PRAGMA user_version = " + std::to_string(migrations.size()));
  transaction.commit();
  return {};
}

SQLite::Statement& Database::prepared(const Query& query) {
  // On an I/O error SQLite ends the transaction by itself; what was still written would stand alone, and at once.
  if (inside_ && sqlite3_get_autocommit(db_.getHandle()) != 0) {
    throw SQLite::Exception("the transaction was ended by an earlier failure", SQLITE_IOERR);
  }
  std::unique_ptr<SQLite::Statement>& statement = statements_[query.sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(db_, query.sql);
  return *statement;
}

Result<std::string> Database::unseal(const std::string& sealed) {
  std::optional<std::string> plain = codec_.decode(sealed);
  if (!plain) return failure(Errc::corrupt, "the codec does not know what is stored");
  return std::move(*plain);
}

void Database::compact() {
  const std::lock_guard lock(mutex_);
  try {
    statements_.clear();
    db_.exec("VACUUM");
    db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const SQLite::Exception&) {  // deleted content was overwritten with zeroes already; this only saves space
  }
}

}  // namespace lianxin::client
