#include "client-sdk/store/database.h"

#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client-sdk/store/file_header.h"
#include "client-sdk/store/file_tasks.h"
#include "client-sdk/store/migrations.h"
#include "client-sdk/store/seal_plain.h"

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

Database::Database(const Options& options)
    : db_(made_private(options.path), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX),
      lock_(options.path, options.key, options.random, options.clock) {
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

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  return guarded<Result<std::unique_ptr<Database>>>([&]() -> Result<std::unique_ptr<Database>> {
    if (is_no_file(options.path)) return failure(Errc::corrupt, "file_not_ours");
    LX_CHECK(check_header(options.path, newest_version()));
    std::unique_ptr<Database> database(new Database(options));
    LX_CHECK(database->check_owner());
    make_private(options.path);
    database->db_.exec("PRAGMA journal_mode = WAL");
    database->db_.exec("PRAGMA synchronous = FULL");  // what commit() promised survives a pulled battery
    database->db_.exec("PRAGMA foreign_keys = ON");
    database->db_.exec("PRAGMA secure_delete = ON");
    database->db_.exec("PRAGMA temp_store = MEMORY");  // what SQLite sorts lies in no file
    // 8 MiB. With SQLite's own 2 a pull keeps reading back from the file what it wrote a moment ago.
    database->db_.exec("PRAGMA cache_size = -8192");
    LX_CHECK(database->migrate());
    LX_CHECK(database->unlock(options.pin));
    LX_CHECK(seal_plain(*database));
    database->rewrite_if_due();
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
  if (version == 0) begin_sealed(*this);
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

Result<std::string> Database::unseal(const SealedAt& at, const std::string& sealed) {
  std::optional<std::string> plain = lock_.sealer().open(at, sealed);
  if (!plain) return failure(Errc::corrupt, "a sealed value does not open");
  return std::move(*plain);
}

void Database::lock() {
  const std::lock_guard lock(mutex_);
  lock_.lock();
}

Status Database::unlock(std::string_view pin) {
  const std::lock_guard lock(mutex_);
  return lock_.unlock(*this, pin);
}

Status Database::change_pin(std::string_view now, std::string_view next) {
  const std::lock_guard lock(mutex_);
  return lock_.change_pin(*this, now, next);
}

Status Database::change_key(StoreKeySource next, std::string_view pin) {
  const std::lock_guard lock(mutex_);
  return lock_.change_key(*this, std::move(next), pin);
}

void Database::forget_all_sealed() {
  lock_.renew(*this);
  FileTasks(*this).begin(FileTask::rewrite);
}

// The log first: what is in the file once more or no more is overwritten there before anything else takes its time.
void Database::rewrite_if_due() {
  const std::lock_guard lock(mutex_);
  const auto due = read_unkeyed([&] { return Result<bool>(FileTasks(*this).is_due(FileTask::rewrite)); });
  if (!due || !*due) return;
  const Status rewritten = guarded<Status>([&]() -> Status {
    statements_.clear();
    db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    // Of a file with all that a county has, the copy would not fit into a phone's memory; nothing in it is in clear.
    db_.exec("PRAGMA temp_store = FILE");
    db_.exec("VACUUM");
    db_.exec("PRAGMA temp_store = MEMORY");
    const bool busy = db_.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0;
    if (busy) return failure(Errc::busy, "another process reads the file");
    return {};
  });
  if (!rewritten) return;
  (void)write_unkeyed([&]() -> Status {
    FileTasks(*this).end(FileTask::rewrite);
    return {};
  });
}

}  // namespace lianxin::client
