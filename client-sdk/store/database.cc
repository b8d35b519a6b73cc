#include "client-sdk/store/database.h"

#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client-sdk/store/file_header.h"
#include "client-sdk/store/migrations.h"

namespace lianxin::client {
namespace {

// Keys, tokens and what people told lie in it: nobody else on the machine reads the file, whatever the umask says.
// SQLite gives its journals the mode of the file. One that is there already: make_private(), once it is known as ours.
const std::string& made_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd >= 0) ::close(fd);
  return path;
}

void make_private(const std::string& path) { (void)::chmod(path.c_str(), S_IRUSR | S_IWUSR); }

// A folder or a device: SQLite would open some of these.
bool is_no_file(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode);
}

int newest_version() { return static_cast<int>(phone_migrations().size()); }

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
    if (is_no_file(path)) return failure(Errc::corrupt, "file_not_ours");
    LX_CHECK(check_header(path, newest_version()));
    std::unique_ptr<Database> database(new Database(path, codec));
    LX_CHECK(database->check_owner());
    make_private(path);
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

// What stands in a log beside the file is seen here too. Until it is known to be ours nothing of that log is moved.
Status Database::check_owner() {
  sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  {
    SQLite::Transaction snapshot(db_);
    LX_CHECK(fits(db_.execAndGet("PRAGMA application_id").getInt(), db_.execAndGet("PRAGMA user_version").getInt(),
                  db_.execAndGet("SELECT count(*) FROM sqlite_schema").getInt(), newest_version()));
  }
  sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

Status Database::migrate() {
  SQLite::Transaction transaction(db_, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = db_.execAndGet("PRAGMA user_version").getInt();
  const auto migrations = phone_migrations();
  if (version >= newest_version()) return {};  // nothing to write; a newer app in another process may have been here
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
