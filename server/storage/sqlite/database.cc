#include "server/storage/sqlite/database.h"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>

#include "schema/assert.h"
#include "server/storage/guard.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/failure.h"
#include "server/storage/sqlite/seal.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t application_id = 0x4c69616e;  // "Lian": what `file` and our own open() know the file by

constexpr Query application{"application", "PRAGMA application_id"};
constexpr Query any_table{"any_table", "SELECT 1 FROM sqlite_schema LIMIT 1"};
constexpr Query begin_write{"begin_write", "BEGIN IMMEDIATE"};
constexpr Query begin_read{"begin_read", "BEGIN"};
constexpr Query commit{"commit", "COMMIT"};
constexpr Query job_begins{"job_begins", "SAVEPOINT job"};
constexpr Query job_done{"job_done", "RELEASE job"};
constexpr Query job_undone{"job_undone", "ROLLBACK TO job"};
constexpr Query last_migration{"last_migration", "SELECT coalesce(max(number), 0) FROM migration WHERE module = $1"};
constexpr Query note_migration{"note_migration",
                               "INSERT INTO migration (module, number, applied_ms) VALUES ($1, $2, $3)"};

constexpr const char* create_migration_table = R"sql(
  CREATE TABLE IF NOT EXISTS migration (
    module TEXT NOT NULL,
    number INTEGER NOT NULL,
    applied_ms INTEGER NOT NULL,
    PRIMARY KEY (module, number)
  ) STRICT
)sql";

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// SQLite would create the file by the umask. Its -wal and -shm take the mode of the file itself. An existing file is
// not opened here: closing it would drop the locks that this process may hold on it.
Status make_private(const std::filesystem::path& file) {
  const int created = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (created >= 0) {
    ::close(created);
    return {};
  }
  if (errno == EEXIST && ::chmod(file.c_str(), 0600) == 0) return {};
  return failure(Errc::unavailable, "open database: cannot create the file or set its mode");
}

std::int64_t application_of(SqlConnection& connection) {
  SqlRun run = connection.run(application);
  return run.step() ? run.integer(0) : 0;
}

Status check_owner(SqliteConnection& connection) {
  const std::int64_t id = application_of(connection);
  if (id == application_id) return {};
  if (id != 0 || connection.run(any_table).step()) {
    return failure(Errc::corrupt, "open database: the file belongs to another program");
  }
  connection.exec(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  return {};
}

// Leaves no transaction open. SQLite may have ended it by itself (disk full, I/O error). Without memory it may not even
// be able to end one: so this is done before each as well as after.
void abandon(SqliteConnection& connection) {
  if (connection.in_transaction()) (void)connection.database().tryExec("ROLLBACK");
}

}  // namespace

// One caller of write(), on whose stack this is.
struct SqliteDatabase::Waiting {
  const Job& job;
  Status status;
  std::exception_ptr thrown;
  bool done = false;   // under the mutex
  std::condition_variable finished;
};

SqliteDatabase::SqliteDatabase(std::filesystem::path file, SqliteOptions options)
    : file_(std::move(file)), options_(options) {}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path& file, SqliteOptions options) {
  LX_CHECK(make_private(file));
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file, options));
  Status opened = guard("open database", [&]() -> Status {
    database->writer_ =
        std::make_unique<SqliteConnection>(file, SqliteConnection::Mode::writer, options.busy_timeout_ms);
    LX_CHECK(check_owner(*database->writer_));
    database->writer_->exec(create_migration_table);
    database->seal_ = std::make_unique<TableSeal>(*database->writer_);
    database->seal_->prepare();
    database->group_.reserve(options.group_jobs_max);      // the writer's thread, and whoever gives a reader back, must not
    database->idle_readers_.reserve(options.readers_max);  // fail for want of memory
    return {};
  });
  LX_CHECK(std::move(opened));
  database->thread_ = std::thread([raw = database.get()] { raw->work(); });
  return database;
}

SqliteDatabase::~SqliteDatabase() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status SqliteDatabase::migrate(std::string_view module, std::span<const Migration> migrations) {
  const std::string name(module);
  std::int64_t at = 0;
  LX_CHECK(read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(last_migration);
    run.bind(1, name).step();
    at = run.integer(0);
    return {};
  }));
  const std::int64_t known = migrations.empty() ? 0 : migrations.back().number;
  if (at > known) {
    return failure(Errc::invalid_argument, "open database: the file is from a newer version (" + name + " " +
                                               std::to_string(at) + ", this program knows " + std::to_string(known) +
                                               ")");
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= at) continue;
    LX_ASSERT(migration.number == ++at);
    LX_CHECK(write([&](SqlConnection& connection) -> Status {
      const TableSeal::Definitions before = seal_->definitions();
      writer_->exec(migration.sql);
      connection.run(note_migration).bind(1, name).bind(2, migration.number).bind(3, now_ms()).exec();
      seal_->keep_migrated(before);
      return {};
    }));
  }
  return {};
}

Status SqliteDatabase::write(const Job& job) {
  LX_ASSERT(std::this_thread::get_id() != thread_.get_id());
  Waiting waiting{.job = job, .status = {}, .thrown = {}, .finished = {}};
  std::unique_lock lock(mutex_);
  LX_ASSERT(!stopping_);
  if (queue_.size() >= options_.queue_jobs_max) return failure(Errc::busy, "write: too many writes are waiting");
  queue_.push_back(&waiting);
  counts_.queued = queue_.size();
  work_.notify_one();
  waiting.finished.wait(lock, [&] { return waiting.done; });
  if (waiting.thrown) std::rethrow_exception(waiting.thrown);
  return std::move(waiting.status);
}

void SqliteDatabase::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    while (!queue_.empty() && group_.size() < options_.group_jobs_max) {
      group_.push_back(queue_.front());
      queue_.pop_front();
    }
    counts_.queued = queue_.size();

    lock.unlock();
    run_group(group_);
    lock.lock();

    counts_.jobs += group_.size();
    counts_.commits += 1;
    for (Waiting* waiting : group_) {
      waiting->done = true;
      waiting->finished.notify_one();  // under the lock: once it is let go the waiter may be gone
    }
    group_.clear();
  }
}

void SqliteDatabase::run_group(std::span<Waiting* const> group) {
  abandon(*writer_);
  Status committed = guard("commit", [&]() -> Status {
    writer_->run(begin_write).exec();
    for (Waiting* waiting : group) {
      run_job(*waiting);
      // On a full disk or an I/O error SQLite ends the whole transaction, those before in it too.
      if (!writer_->in_transaction()) {
        return failure(Errc::unavailable, "commit: the transaction was ended by another write's failure");
      }
    }
    writer_->run(commit).exec();
    return {};
  });
  if (committed) return;
  abandon(*writer_);
  Error& error = committed.error();
  if (error.code == Errc::conflict) error.code = Errc::unavailable;  // whatever it was, it was not these writes' doing
  for (Waiting* waiting : group) {
    // A job that failed of itself keeps its own reason; to the others the group's failure is theirs.
    if (!waiting->status || waiting->thrown) continue;
    waiting->status = guard("commit", [&]() -> Status { return tl::unexpected(error); });
  }
}

void SqliteDatabase::run_job(Waiting& waiting) {
  writer_->run(job_begins).exec();
  seal_->forget();
  try {
    waiting.status = guard("write", [&]() -> Status {
      LX_CHECK(waiting.job(*writer_));
      seal_->keep();
      return {};
    });
  } catch (...) {
    waiting.thrown = std::current_exception();
  }
  if (!writer_->in_transaction()) return;
  if (!waiting.status || waiting.thrown) writer_->run(job_undone).exec();
  writer_->run(job_done).exec();
}

std::unique_ptr<SqliteConnection> SqliteDatabase::take_reader() {
  {
    std::unique_lock lock(readers_mutex_);
    reader_free_.wait(lock, [&] { return !idle_readers_.empty() || readers_ < options_.readers_max; });
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
    ++readers_;
  }
  try {
    return std::make_unique<SqliteConnection>(file_, SqliteConnection::Mode::reader, options_.busy_timeout_ms);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void SqliteDatabase::give_back(std::unique_ptr<SqliteConnection> reader) {
  {
    const std::lock_guard lock(readers_mutex_);
    if (reader) {
      idle_readers_.push_back(std::move(reader));
    } else {
      --readers_;
    }
  }
  reader_free_.notify_one();
}

Status SqliteDatabase::read(const Job& job) {
  return guard("read", [&]() -> Status {
    // Whatever leaves the function, the snapshot ends and the connection is free for the next.
    struct Lease {
      SqliteDatabase& database;
      std::unique_ptr<SqliteConnection> connection;
      ~Lease() {
        abandon(*connection);
        database.give_back(std::move(connection));
      }
    } lease{*this, take_reader()};
    abandon(*lease.connection);
    lease.connection->run(begin_read).exec();
    return job(*lease.connection);
  });
}

Status SqliteDatabase::copy(const std::filesystem::path& from, const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return failure(Errc::conflict, "copy database: the file is already there");
  LX_CHECK(make_private(file));
  return read_file(from, [&](SqlConnection& connection) -> Status {
    translated([&] {
      SQLite::Database target(file.string(), SQLite::OPEN_READWRITE, SqliteOptions{}.busy_timeout_ms);
      SQLite::Backup(target, SqliteConnection::of(connection).database()).executeStep();
      target.exec("PRAGMA journal_mode = DELETE");  // the original's is WAL: a copy in WAL mode is not one file
    });
    return {};
  });
}

Status SqliteDatabase::read_file(const std::filesystem::path& file, const Job& job) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return failure(Errc::not_found, "no such file: " + file.string());
  return guard("read file", [&]() -> Status {
    SqliteConnection connection(file, SqliteConnection::Mode::reader, SqliteOptions{}.busy_timeout_ms);
    if (application_of(connection) != application_id) return failure(Errc::corrupt, "read file: it is no database of this program");
    connection.run(begin_read).exec();
    Status done = job(connection);
    abandon(connection);
    return done;
  });
}

SqlDatabase::Counts SqliteDatabase::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace lianxin::server
