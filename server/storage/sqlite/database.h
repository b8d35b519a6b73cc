// One SQLite database file: one thread that writes, a few connections that read beside it, and migrations.
//
// Group commit: the writer takes all jobs that wait, up to group_jobs_max, into one transaction, each within a savepoint
// of its own, and syncs the disk once for all of them. A job that fails is rolled back alone; when the commit fails all
// of them fail and nothing of any remains. Threads: write, read and the counters from any. A job must not call write
// (it would wait for itself), nor a reader's function write or read.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "schema/result.h"
#include "server/storage/migration.h"

namespace lianxin::server {

class SqliteConnection;
class TableSeal;

struct SqliteOptions {
  std::size_t readers_max = 6;       // connections; one more asker waits for the first to come free
  std::size_t group_jobs_max = 64;   // a longer transaction would keep its first waiter for its last
  std::size_t queue_jobs_max = 1024; // past it: busy, and the phone comes back later
  int busy_timeout_ms = 5000;        // for locks of other processes, such as a command beside the server
};

class SqliteDatabase {
 public:
  using Job = std::function<Status(SqliteConnection&)>;

  // Opens the file, or creates it, readable by its owner only. corrupt: the file is no database, or another program's.
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file, SqliteOptions options = {});
  ~SqliteDatabase();  // does what is queued first; nobody may be inside write or read

  // Brings the tables of one module to its last migration, each step in a transaction of its own. `migrations`: in the
  // order of their numbers, 1 first. invalid_argument: the file is from a newer program, and is left as it is.
  Status migrate(std::string_view module, std::span<const Migration> migrations);

  // Runs `job` on the writer's thread and returns once its effects are durable. A job may throw SQLite::Exception or
  // std::bad_alloc, which becomes its Error; any other exception is thrown here again. When it fails nothing of it remains.
  Status write(const Job& job);

  // Runs `job` on this thread, in one snapshot, on a connection that cannot write.
  Status read(const Job& job);

  // The same on any file of ours, whoever has it open; nothing of it is changed. not_found: there is no file.
  static Status read_file(const std::filesystem::path& file, const Job& job);

  // A consistent copy into a new file that needs nothing beside it. Writers go on meanwhile: it is one snapshot, taken
  // in one step, and all they pay is a -wal file that grows until it is done. conflict: `file` is already there; after
  // any other error what there is of it is worth nothing.
  Status copy_to(const std::filesystem::path& file) { return copy(file_, file); }
  static Status copy(const std::filesystem::path& from, const std::filesystem::path& file);

  struct Counts {
    std::size_t queued = 0;     // jobs that wait now
    std::uint64_t jobs = 0;     // done since the start, failed ones too
    std::uint64_t commits = 0;  // transactions that they took
  };
  Counts counts() const;

 private:
  struct Waiting;

  SqliteDatabase(std::filesystem::path file, SqliteOptions options);
  void work();
  void run_group(std::span<Waiting* const> group);
  void run_job(Waiting& waiting);
  std::unique_ptr<SqliteConnection> take_reader();
  void give_back(std::unique_ptr<SqliteConnection> reader);

  const std::filesystem::path file_;
  const SqliteOptions options_;
  std::unique_ptr<SqliteConnection> writer_;  // this and the next: the writer thread's alone, once it runs
  std::vector<Waiting*> group_;
  std::unique_ptr<TableSeal> seal_;           // of what it writes

  mutable std::mutex mutex_;  // of all below, to `thread_`
  std::condition_variable work_;
  std::deque<Waiting*> queue_;
  Counts counts_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;
  std::size_t readers_ = 0;  // idle or not

  std::thread thread_;
};

}  // namespace lianxin::server
