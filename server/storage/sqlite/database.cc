#include "server/storage/sqlite/database.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "schema/assert.h"
#include "server/storage/guard.h"
#include "server/storage/sqlite/file.h"
#include "server/storage/sqlite/seal.h"

namespace lianxin::server {
namespace {

constexpr Query begin_write{"begin_write", "BEGIN IMMEDIATE"};
constexpr Query begin_read{"begin_read", "BEGIN"};
constexpr Query commit{"commit", "COMMIT"};
constexpr Query job_begins{"job_begins", "SAVEPOINT job"};
constexpr Query job_done{"job_done", "RELEASE job"};
constexpr Query job_undone{"job_undone", "ROLLBACK TO job"};
constexpr Query truncate_log{"truncate_log", "PRAGMA wal_checkpoint(TRUNCATE)"};
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

std::int64_t microseconds_since(std::chrono::steady_clock::time_point then) {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now() - then).count();
}

// All steps of the modules of that name, by number.
std::vector<Migration> steps_of(std::span<const Module> modules, std::string_view name) {
  std::vector<Migration> steps;
  for (const Module& module : modules) {
    if (module.name == name) steps.insert(steps.end(), module.migrations.begin(), module.migrations.end());
  }
  std::stable_sort(steps.begin(), steps.end(), [](auto& a, auto& b) { return a.number < b.number; });
  return steps;
}

}  // namespace

// One caller of write(), on whose stack this is.
struct SqliteDatabase::Waiting {
  const Job& job;
  Status status;
  std::exception_ptr thrown;
  std::int64_t took_us = 0;
  bool done = false;  // under the mutex
  std::condition_variable finished;
};

SqliteDatabase::SqliteDatabase(std::filesystem::path file, SqliteOptions options)
    : file_(std::move(file)), options_(options) {}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path& file,
                                                             std::span<const Module> modules, SqliteOptions options,
                                                             const std::optional<DataKeyId>& key) {
  LX_CHECK(make_private(file));
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file, options));
  Status opened = guard("open database", [&]() -> Status {
    database->sealed_ = sealed_tables(modules);
    database->open_writer(key);
    LX_CHECK(take_as_ours(*database->writer_));
    database->writer_->exec(create_migration_table);
    database->seal_->prepare();
    database->group_.reserve(options.group_jobs_max);  // the writer's thread, and whoever gives a reader back, must not
    database->idle_readers_.reserve(options.readers_max);  // fail for want of memory
    return {};
  });
  LX_CHECK(std::move(opened));
  database->thread_ = std::thread([raw = database.get()] { raw->work(); });
  LX_CHECK(database->migrate(modules));
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

void SqliteDatabase::open_writer(const std::optional<DataKeyId>& key) {
  seal_.reset();
  writer_.reset();
  writer_ = std::make_unique<SqliteConnection>(file_, SqliteConnection::Mode::writer, options_.busy_timeout_ms, key);
  seal_ = std::make_unique<TableSeal>(*writer_, sealed_);
  renew_writer_ = false;
}

Status SqliteDatabase::migrate(std::span<const Module> modules) {
  std::vector<std::string> done;
  for (const Module& module : modules) {
    if (std::find(done.begin(), done.end(), module.name) != done.end()) continue;
    done.emplace_back(module.name);
    LX_CHECK(migrate(done.back(), steps_of(modules, module.name)));
  }
  return {};
}

Status SqliteDatabase::migrate(const std::string& module, std::span<const Migration> steps) {
  LX_TRY(const auto last, first(last_migration, column<std::int64_t>, module));
  std::int64_t at = last.value_or(0);
  const std::int64_t known = steps.empty() ? 0 : steps.back().number;
  if (at > known) {
    return failure(Errc::invalid_argument, "open database: the file is from a newer version (" + module + " " +
                                               std::to_string(at) + ", this program knows " + std::to_string(known) +
                                               ")");
  }
  for (auto part = steps.begin(); part != steps.end();) {
    const std::int64_t number = part->number;
    const auto end = std::find_if(part, steps.end(), [&](const Migration& next) { return next.number != number; });
    const std::span step(part, end);
    part = end;
    if (number <= at) continue;
    LX_ASSERT(number == ++at);
    LX_CHECK(write([&](SqlConnection& connection) -> Status {
      const TableSeal::Definitions before = seal_->definitions();
      for (const Migration& statements : step) writer_->exec(statements.sql);
      connection.exec(note_migration, module, number, now_ms());
      seal_->keep_migrated(before);
      return {};
    }));
  }
  return {};
}

Status SqliteDatabase::write(const StudioId& whose, const Job& job) {
  LX_ASSERT(std::this_thread::get_id() != thread_.get_id());
  Waiting waiting{.job = job, .status = {}, .thrown = {}, .finished = {}};
  std::unique_lock lock(mutex_);
  LX_ASSERT(!stopping_);
  if (queue_.size() >= options_.queue_jobs_max) return failure(Errc::busy, "write: too many writes are waiting");
  queue_.add(whose, &waiting);
  counts_.queued = queue_.size();
  work_.notify_one();
  waiting.finished.wait(lock, [&] { return waiting.done; });
  if (waiting.thrown) std::rethrow_exception(waiting.thrown);
  return std::move(waiting.status);
}

void SqliteDatabase::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const std::chrono::milliseconds rest_after(options_.rest_after_ms);
    if (!work_.wait_for(lock, rest_after, [&] { return stopping_ || !queue_.empty(); })) {
      lock.unlock();
      rest();
      lock.lock();
      continue;
    }
    if (queue_.empty()) return;
    queue_.take(options_.group_jobs_max, options_.group_us_max, group_);
    counts_.queued = queue_.size();

    lock.unlock();
    run_group(group_);
    lock.lock();

    counts_.jobs += group_.size();
    counts_.commits += 1;
    for (const Turns::Turn& turn : group_) {
      Waiting* waiting = turn.job;
      queue_.took(turn, waiting->took_us);
      if (!waiting->status && waiting->status.error().code == Errc::unavailable) ++counts_.unavailable;
      waiting->done = true;
      waiting->finished.notify_one();  // under the lock: once it is let go the waiter may be gone
    }
    group_.clear();
  }
}

// What a crowd once made the connections keep goes back to the machine. The allocator gives back by itself only what
// lies at the end of what it took.
void SqliteDatabase::rest() {
  constexpr std::int64_t worthwhile_bytes = 1024 * 1024;
  const auto before = std::chrono::steady_clock::now() - std::chrono::milliseconds(options_.rest_after_ms);
  std::int64_t bytes = 0;
  const auto let_go = [&](SqliteConnection& connection) {
    const std::int64_t kept = connection.bytes_in_memory();
    if (kept < worthwhile_bytes) return;
    connection.let_go_of_memory();
    bytes += kept - connection.bytes_in_memory();
  };
  if (writer_) let_go(*writer_);
  {
    const std::lock_guard lock(readers_mutex_);
    for (const IdleReader& reader : idle_readers_) {
      if (reader.since <= before) let_go(*reader.connection);
    }
  }
  if (bytes >= worthwhile_bytes) ::malloc_trim(0);
}

void SqliteDatabase::run_group(std::span<const Turns::Turn> group) {
  if (writer_) writer_->abandon();
  Status committed = guard("commit", [&]() -> Status {
    if (renew_writer_ || !writer_ || !seal_) open_writer({});
    writer_->run(begin_write).exec();
    for (const Turns::Turn& turn : group) {
      const auto began = std::chrono::steady_clock::now();
      run_job(*turn.job);
      turn.job->took_us = microseconds_since(began);
      if (renew_writer_) return failure(Errc::unavailable, "commit: another write had no memory");
      // On a full disk or an I/O error SQLite ends the whole transaction, those before in it too.
      if (!writer_->in_transaction()) {
        return failure(Errc::unavailable, "commit: the transaction was ended by another write's failure");
      }
    }
    writer_->run(commit).exec();
    return {};
  });
  if (committed) return;
  if (writer_) {
    renew_writer_ = renew_writer_ || writer_->lacked_memory();
    writer_->abandon();
  }
  Error& error = committed.error();
  if (error.code == Errc::conflict) error.code = Errc::unavailable;  // whatever it was, it was not these writes' doing
  for (const Turns::Turn& turn : group) {
    Waiting* waiting = turn.job;
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
  if (!waiting.status && writer_->lacked_memory()) renew_writer_ = true;
  if (!writer_->in_transaction() || renew_writer_) return;
  if (!waiting.status || waiting.thrown) writer_->run(job_undone).exec();
  writer_->run(job_done).exec();
}

std::unique_ptr<SqliteConnection> SqliteDatabase::take_reader() {
  {
    std::unique_lock lock(readers_mutex_);
    reader_free_.wait(lock, [&] { return !idle_readers_.empty() || readers_ < options_.readers_max; });
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back().connection);
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
      idle_readers_.push_back({std::move(reader), std::chrono::steady_clock::now()});
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
        connection->abandon();
        database.give_back(std::move(connection));
      }
    } lease{*this, take_reader()};
    lease.connection->abandon();
    lease.connection->run(begin_read).exec();
    return job(*lease.connection);
  });
}

// By a connection of its own: the writer's is in a transaction whenever somebody writes.
Status SqliteDatabase::empty_log() {
  return guard("empty the log", [&]() -> Status {
    SqliteConnection connection(file_, SqliteConnection::Mode::writer, options_.busy_timeout_ms);
    if (connection.only(truncate_log, column<std::int64_t>) != 0) return failure(Errc::busy, "the log is being read");
    return {};
  });
}

SqlDatabase::Counts SqliteDatabase::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace lianxin::server
