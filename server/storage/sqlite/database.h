// One SQLite database file: one thread that writes, a few connections that read beside it, and migrations.
//
// Group commit: the writer takes jobs that wait into one transaction, up to group_jobs_max and as long as group_us_max
// is expected to last, each within a savepoint of its own, and syncs the disk once for all of them. Studios take turns
// (write_turns.h). A job that fails is rolled back alone; when the commit fails all of them fail and nothing of any
// remains.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "server/storage/data_keys.h"
#include "server/storage/sql.h"
#include "server/storage/sqlite/write_turns.h"

namespace lianxin::server {

class SqliteConnection;
class TableSeal;

struct SqliteOptions {
  std::size_t readers_max = 6;      // connections; one more asker waits for the first to come free
  std::size_t group_jobs_max = 64;  // a longer transaction would keep its first waiter for its last
  std::int64_t group_us_max = 50'000;
  std::size_t queue_jobs_max = 1024;  // past it: busy, and the phone comes back later
  int busy_timeout_ms = 5000;         // for locks of other processes, such as a command beside the server
  int rest_after_ms = 1000;           // without a use of it a connection lets go of the pages that it keeps in memory
};

class SqliteDatabase final : public SqlDatabase {
 public:
  // As open_database().
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file,
                                                      std::span<const Module> modules, SqliteOptions options = {},
                                                      const std::optional<DataKeyId>& key = {});
  ~SqliteDatabase() override;  // does what is queued first; nobody may be inside write or read

  Status write(const StudioId& whose, const Job& job) override;
  using SqlDatabase::write;
  Status read(const Job& job) override;
  Status empty_log() override;
  Counts counts() const override;

 private:
  struct Waiting;
  using Turns = WriteTurns<Waiting>;

  SqliteDatabase(std::filesystem::path file, SqliteOptions options);
  void open_writer(const std::optional<DataKeyId>& key);  // throws SqlFailure
  Status migrate(std::span<const Module> modules);
  Status migrate(const std::string& module, std::span<const Migration> steps);
  void work();
  void run_group(std::span<const Turns::Turn> group);
  void run_job(Waiting& waiting);
  void rest();  // by the writer's thread, while it has nothing to do
  std::unique_ptr<SqliteConnection> take_reader();
  void give_back(std::unique_ptr<SqliteConnection> reader);

  const std::filesystem::path file_;
  const SqliteOptions options_;
  std::unique_ptr<SqliteConnection> writer_;  // this and the next: the writer thread's alone, once it runs
  std::vector<Turns::Turn> group_;
  std::unique_ptr<TableSeal> seal_;  // of what it writes
  std::vector<std::string> sealed_;  // the tables
  // Something in it went without memory: full text (SQLite 3.40) may then hold words of a job that was undone, and
  // would write them with the next. What was begun is undone whole, and the connection made anew.
  bool renew_writer_ = false;

  mutable std::mutex mutex_;  // of all below, to `thread_`
  std::condition_variable work_;
  Turns queue_;
  Counts counts_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  struct IdleReader {
    std::unique_ptr<SqliteConnection> connection;
    std::chrono::steady_clock::time_point since;
  };
  std::vector<IdleReader> idle_readers_;
  std::size_t readers_ = 0;  // idle or not

  std::thread thread_;
};

}  // namespace lianxin::server
