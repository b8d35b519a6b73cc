// What holds of the SQLite engine beyond the port: the file, the writer's groups, migrations and failures.
#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <latch>
#include <thread>

#include "server/storage/database_file.h"
#include "server/storage/sqlite/connection.h"
#include "tests/server/storage/addition.h"
#include "tests/server/storage/engines.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::storage_test;

namespace {

Seq head_of(Store& store) {
  Seq seq = -1;
  REQUIRE(look(store, studio, [&](ReadTxn& txn) { seq = txn.head()->seq; }));
  return seq;
}

// Holds the writer inside one job, so that the jobs behind it form one group.
class HeldWriter {
 public:
  explicit HeldWriter(SqliteDatabase& database)
      : thread_([&database, this] {
          (void)database.write([this](SqlConnection&) -> Status {
            inside_.count_down();
            go_on_.wait();
            return {};
          });
        }) {
    inside_.wait();
  }
  ~HeldWriter() { thread_.join(); }
  void release() { go_on_.count_down(); }

 private:
  std::latch inside_{1}, go_on_{1};
  std::thread thread_;
};

void wait_for_queue(const SqliteDatabase& database, std::size_t jobs) {
  while (database.counts().queued < jobs) std::this_thread::yield();
}

}  // namespace

TEST_SUITE_BEGIN("server/storage/sqlite");

TEST_CASE("all is there when the file is opened again") {
  SqliteEngine engine;
  NextChange change;
  change.encoded = "{\"kept\":1}";
  REQUIRE(add(engine.store(), studio, change));
  engine.reopen();
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) {
    CHECK(txn.head()->seq == 1);
    CHECK(txn.chain(phone)->n == 1);
    CHECK(txn.rows_after(0, 10, 1000)->front().encoded == "{\"kept\":1}");
  }));
  CHECK(add(engine.store(), studio, change));
}

TEST_CASE("only the owner may read the file and what lies beside it") {
  SqliteEngine engine;
  REQUIRE(add(engine.store(), studio, NextChange{}));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(engine.folder().path())) {
    struct stat status {};
    REQUIRE(stat(entry.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    ++files;
  }
  CHECK(files == 3);
}

TEST_CASE("writes that wait together are committed together") {
  SqliteEngine engine;
  const auto before = engine.database().counts();
  constexpr std::uint32_t writers = 16;
  std::latch all_there(writers);
  std::vector<std::thread> threads;
  for (std::uint32_t w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      NextChange change;
      change.device = id_of<DeviceId>(w + 1);
      all_there.arrive_and_wait();
      for (int i = 0; i < 20; ++i) CHECK(add(engine.store(), studio, change));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto after = engine.database().counts();
  CHECK(after.jobs - before.jobs == writers * 20);
  CHECK(after.commits - before.commits < writers * 20);
  CHECK(after.queued == 0);
  CHECK(head_of(engine.store()) == writers * 20);
}

TEST_CASE("a write that fails takes none of its group with it") {
  SqliteEngine engine;
  Status good, bad;
  {
    HeldWriter writer(engine.database());
    std::thread first([&] { good = add(engine.store(), studio, NextChange{}); });
    wait_for_queue(engine.database(), 1);
    std::thread second([&] {
      bad = engine.store().write(id_of<StudioId>(2), [](WriteTxn& txn) -> Status {
        const NextChange change;
        LX_TRY(const Addition addition, addition_of(txn, std::span(&change, 1)));
        LX_CHECK(txn.add(addition));
        return failure(Errc::not_allowed, "no");
      });
    });
    wait_for_queue(engine.database(), 2);
    writer.release();
    first.join();
    second.join();
  }
  CHECK(good);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Errc::not_allowed);
  CHECK(*engine.store().studios() == std::vector{studio});
}

TEST_CASE("when the commit fails every write of the group fails and nothing remains") {
  SqliteEngine engine;
  REQUIRE(engine.database()
              .write([](SqlConnection& connection) -> Status {
                sqlite3_commit_hook(
                    SqliteConnection::of(connection).database().getHandle(), [](void*) { return 1; }, nullptr);
                return {};
              })
              .has_value() == false);  // its own commit is the first to fail

  std::vector<Status> statuses(3);
  {
    HeldWriter writer(engine.database());
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        NextChange change;
        change.device = id_of<DeviceId>(i + 1);
        statuses[i] = add(engine.store(), studio, change);
      });
    }
    wait_for_queue(engine.database(), 3);
    writer.release();
    for (std::thread& thread : threads) thread.join();
  }
  for (const Status& status : statuses) {
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::unavailable);
  }
  CHECK(head_of(engine.store()) == 0);
}

TEST_CASE("a full disk is said and what was kept stays") {
  SqliteEngine engine;
  REQUIRE(add(engine.store(), studio, NextChange{}));
  REQUIRE(engine.database().write([](SqlConnection& connection) -> Status {
    const int pages = SqliteConnection::of(connection).database().execAndGet("PRAGMA page_count").getInt();
    SqliteConnection::of(connection).database().execAndGet("PRAGMA max_page_count = " + std::to_string(pages + 2));
    return {};
  }));
  NextChange large;
  large.encoded = std::string(1 << 20, 'x');
  const Status status = add(engine.store(), studio, large);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::unavailable);
  CHECK(status.error().message.find("disk full") != std::string::npos);
  CHECK(head_of(engine.store()) == 1);
}

TEST_CASE("past its bound the queue says busy") {
  SqliteOptions options;
  options.queue_jobs_max = 2;
  SqliteEngine engine(options);
  HeldWriter writer(engine.database());
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] { CHECK(add(engine.store(), id_of<StudioId>(i + 1), NextChange{})); });
  }
  wait_for_queue(engine.database(), 2);
  const Status refused = add(engine.store(), studio, NextChange{});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::busy);
  writer.release();
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE("more readers than connections wait their turn") {
  SqliteOptions options;
  options.readers_max = 2;
  SqliteEngine engine(options);
  REQUIRE(add(engine.store(), studio, NextChange{}));
  std::vector<std::thread> threads;
  std::atomic<int> seen = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) {
        if (look(engine.store(), studio, [&](ReadTxn& txn) { seen += txn.head()->seq == 1; })) continue;
        seen = -1000000;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(seen == 8 * 20);
}

TEST_CASE("pages that nobody has used for a while go back to the machine") {
  constexpr std::int64_t much = 2 * 1024 * 1024, little = 1024 * 1024;
  constexpr Query write_much{"write_much", "CREATE TABLE much AS SELECT randomblob(8 * 1024 * 1024) AS bytes"};
  constexpr Query read_much{"read_much", "SELECT count(*) FROM much WHERE bytes LIKE '%x'"};
  SqliteOptions options;
  options.rest_after_ms = 20;
  SqliteEngine engine(options);
  SqliteDatabase& database = engine.database();
  const std::int64_t before = sqlite3_memory_used();
  REQUIRE(database.write([&](SqlConnection& connection) -> Status {
    connection.exec(write_much);
    CHECK(sqlite3_memory_used() - before > much);
    return {};
  }));
  REQUIRE(database.read([&](SqlConnection& connection) -> Status {
    connection.only(read_much, column<std::int64_t>);
    CHECK(sqlite3_memory_used() - before > much);
    return {};
  }));
  for (int tries = 0; tries < 1000 && sqlite3_memory_used() - before > little; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(sqlite3_memory_used() - before < little);
  // What it keeps to be quick is what it let go of, and nothing else.
  CHECK(database.first(read_much, column<std::int64_t>).value() == 0);
}

TEST_CASE("a reader cannot write") {
  SqliteEngine engine;
  const Status status = engine.database().read([](SqlConnection& connection) -> Status {
    SqliteConnection::of(connection).exec("DELETE FROM change_log");
    return {};
  });
  CHECK_FALSE(status);
}

TEST_CASE("a file that is no database or another program's is refused") {
  const test::TempFolder folder;
  const std::string at = folder / "lianxin.db";
  SUBCASE("no database") {
    const std::string text(5000, 'x');
    FILE* file = fopen(at.c_str(), "w");
    REQUIRE(fwrite(text.data(), 1, text.size(), file) == text.size());
    fclose(file);
  }
  SUBCASE("another program's") {
    SQLite::Database other(at, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE theirs (x)");
  }
  const auto database = open_database(at, {});
  REQUIRE_FALSE(database);
  CHECK(database.error().code == Errc::corrupt);
}

TEST_CASE("a copy is a whole database") {
  SqliteEngine engine;
  REQUIRE(add(engine.store(), studio, NextChange{}));
  const auto file = engine.folder() / "copy.db";
  REQUIRE(copy_database(engine.folder() / "lianxin.db", file));
  CHECK(copy_database(engine.folder() / "lianxin.db", file).error().code == Errc::conflict);
  const Module modules[] = {log_tables()};
  auto copy = open_database(file, modules);
  REQUIRE(copy);
  SqlStore store(**copy);
  CHECK(head_of(store) == 1);
}

TEST_CASE("one change id cannot be in a studio's log twice") {
  SqliteEngine engine;
  NextChange change;
  change.id = id_of<ChangeId>(5);
  REQUIRE(add(engine.store(), studio, change));
  CHECK_FALSE(add(engine.store(), studio, change));
  CHECK(head_of(engine.store()) == 1);
}

TEST_SUITE_END();
