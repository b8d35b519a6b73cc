// The simulated disk itself: SQLite works on it as on any, and its faults do what they are there for. Everything that
// the crash tests conclude rests on this.
#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/sim/files/fault_files.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <set>
#include <thread>

#include "tests/sim/files/sim_file.h"

int main(int argc, char** argv) {
  lianxin::sim::FaultFiles::install();
  return doctest::Context(argc, argv).run();
}

namespace lianxin::sim {
namespace {

const std::string folder = "/disk", path = folder + "/a.db";

FaultFiles& files() { return FaultFiles::install(); }
FaultDisk& disk() { return files().disk(folder); }

void fresh(std::uint64_t seed = 1) {
  files().wipe(folder);
  files().seed(seed);
}

SQLite::Database opened(const std::string& at = path) {
  return SQLite::Database(at, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
}

int numbers_in(SQLite::Database& database) { return database.execAndGet("SELECT count(*) FROM number").getInt(); }

int code_of(SQLite::Database& database, const char* sql) {
  return sqlite3_exec(database.getHandle(), sql, nullptr, nullptr, nullptr);
}

// Thirty commits of one row each, some large, with a deletion between. Returns how many rows were promised by then: all
// of them, or those before the commit that failed.
int live(const char* settings) {
  int promised = 0;
  try {
    SQLite::Database database = opened();
    database.exec(settings);
    database.exec("CREATE TABLE IF NOT EXISTS number (n INTEGER PRIMARY KEY, text TEXT)");
    for (int n = 1; n <= 30; ++n) {
      const int bytes = n % 5 == 0 ? 9000 : 40;
      database.exec("BEGIN IMMEDIATE; INSERT INTO number VALUES (" + std::to_string(n) + ", hex(zeroblob(" +
                    std::to_string(bytes) + "))); UPDATE number SET text = text || 'x' WHERE n % 3 = 0; COMMIT");
      promised = n;
    }
  } catch (const SQLite::Exception&) {
  }
  return promised;
}

struct Seen {
  int points = 0, lost = 0, damaged = 0;
};

// Crashes `live` at every call that changes the disk and looks at what is there afterwards.
Seen crash_everywhere(const char* settings, Power power) {
  Seen seen;
  for (std::int64_t k = 1;; ++k) {
    fresh(static_cast<std::uint64_t>(k));
    disk().checkpoint_every(8);
    disk().crash_at(calls_that_change, k, k % 2 == 0 ? Done::half : Done::not_at_all);
    const int promised = live(settings);
    if (disk().is_on()) return seen;
    ++seen.points;
    disk().power_on(power, static_cast<std::uint64_t>(k));
    try {
      SQLite::Database database = opened();
      if (database.execAndGet("PRAGMA integrity_check").getString() != "ok") ++seen.damaged;
      const int there = database.tableExists("number") ? numbers_in(database) : 0;
      if (there < promised) ++seen.lost;
      CHECK(there <= promised + 1);
    } catch (const SQLite::Exception&) {
      ++seen.damaged;
    }
  }
}

constexpr const char* wal_full = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
constexpr const char* wal_normal = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
constexpr const char* journal_full = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL";
constexpr const char* journal_extra = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA";
constexpr const char* journal_off = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

TEST_SUITE_BEGIN("sim/files");

TEST_CASE(
    "what was written is there when the database is opened again and its journals went with the last connection") {
  fresh();
  CHECK(live(wal_full) == 30);
  CHECK(files().files(folder) == std::vector<std::string>{path});
  SQLite::Database database = opened();
  CHECK(numbers_in(database) == 30);
}

TEST_CASE("a reader keeps its snapshot beside a writer and a second writer waits its turn") {
  fresh();
  SQLite::Database writer = opened(), reader = opened();
  writer.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER); INSERT INTO number VALUES (1)");
  reader.exec("BEGIN");
  CHECK(numbers_in(reader) == 1);
  writer.exec("BEGIN IMMEDIATE; INSERT INTO number VALUES (2)");
  CHECK(code_of(reader, "INSERT INTO number VALUES (3)") == SQLITE_BUSY);
  writer.exec("COMMIT");
  CHECK(numbers_in(reader) == 1);
  reader.exec("COMMIT");
  CHECK(numbers_in(reader) == 2);
  reader.exec("INSERT INTO number VALUES (3)");
  CHECK(numbers_in(writer) == 3);
}

TEST_CASE("with a rollback journal a reader in the middle keeps a writer from committing") {
  fresh();
  SQLite::Database writer = opened(), reader = opened();
  writer.exec("CREATE TABLE number (n INTEGER); INSERT INTO number VALUES (1)");
  reader.exec("BEGIN");
  CHECK(numbers_in(reader) == 1);
  CHECK(code_of(writer, "INSERT INTO number VALUES (2)") == SQLITE_BUSY);
  reader.exec("COMMIT");
  CHECK(code_of(writer, "INSERT INTO number VALUES (2)") == SQLITE_OK);
  CHECK(numbers_in(reader) == 2);
}

TEST_CASE("two threads write through connections of their own and nothing is lost") {
  fresh();
  SQLite::Database first = opened();
  first.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER)");
  const auto add = [] {
    SQLite::Database database = opened();
    database.setBusyTimeout(10'000'000);
    for (int i = 0; i < 200; ++i) database.exec("INSERT INTO number VALUES (1)");
  };
  std::thread one(add), other(add);
  one.join();
  other.join();
  CHECK(numbers_in(first) == 400);
}

TEST_CASE("every crash point of a durable database keeps what was promised in each power mode") {
  for (const char* settings : {wal_full, journal_extra}) {
    for (const Power power : {Power::clean, Power::lost, Power::torn}) {
      CAPTURE(settings);
      CAPTURE(static_cast<int>(power));
      const Seen seen = crash_everywhere(settings, power);
      CHECK(seen.points > 100);
      CHECK(seen.lost == 0);
      CHECK(seen.damaged == 0);
    }
  }
}

TEST_CASE("a database that does not sync loses what was promised when the power fails and not when the process dies") {
  CHECK(crash_everywhere(wal_normal, Power::lost).lost > 10);
  CHECK(crash_everywhere(wal_normal, Power::lost).damaged == 0);
  CHECK(crash_everywhere(wal_normal, Power::clean).lost == 0);
}

// The deleted journal comes back and undoes the commit: SQLite syncs the folder only from EXTRA on.
TEST_CASE("a name that was deleted comes back when its folder was not synced") {
  CHECK(crash_everywhere(journal_full, Power::lost).lost > 10);
  CHECK(crash_everywhere(journal_full, Power::lost).damaged == 0);
}

TEST_CASE("a database without a journal is damaged by torn writes") {
  CHECK(crash_everywhere(journal_off, Power::torn).damaged > 5);
}

TEST_CASE("after a power cut open connections are dead for good and a new one works") {
  fresh();
  SQLite::Database database = opened();
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER); INSERT INTO number VALUES (1)");
  disk().cut_power();
  CHECK(code_of(database, "INSERT INTO number VALUES (2)") == SQLITE_IOERR);
  CHECK_THROWS_AS(opened("/disk/b.db").exec("CREATE TABLE other (n INTEGER)"), SQLite::Exception);
  disk().power_on(Power::clean);
  CHECK(code_of(database, "INSERT INTO number VALUES (2)") == SQLITE_IOERR);
  SQLite::Database again = opened();
  CHECK(numbers_in(again) == 1);
  again.exec("INSERT INTO number VALUES (2)");
}

TEST_CASE("the power of one disk is not that of another") {
  fresh();
  files().wipe("/other");
  SQLite::Database here = opened(), there = opened("/other/a.db");
  disk().cut_power();
  CHECK(code_of(here, "CREATE TABLE number (n INTEGER)") != SQLITE_OK);
  CHECK(code_of(there, "CREATE TABLE number (n INTEGER)") == SQLITE_OK);
}

TEST_CASE("an I/O call that fails once fails one commit and the next goes well") {
  for (const unsigned call : {call_write, call_sync, call_read}) {
    CAPTURE(call);
    fresh();
    SQLite::Database database = opened();
    database.exec(wal_full);
    database.exec("CREATE TABLE number (n INTEGER); INSERT INTO number VALUES (1); PRAGMA cache_size = 0");
    disk().fail_at(call, 1);
    const int code = call == call_read ? code_of(database, "PRAGMA shrink_memory; SELECT * FROM number")
                                       : code_of(database, "INSERT INTO number VALUES (2)");
    CHECK(code == SQLITE_IOERR);
    CHECK(disk().struck());
    disk().heal();
    CHECK(code_of(database, "INSERT INTO number VALUES (3)") == SQLITE_OK);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
}

TEST_CASE("I/O calls that fail for good fail until the disk is healed") {
  fresh();
  SQLite::Database database = opened();
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER)");
  disk().fail_at(call_write, 1, -1);
  for (int i = 0; i < 3; ++i) CHECK(code_of(database, "INSERT INTO number VALUES (1)") == SQLITE_IOERR);
  disk().heal();
  CHECK(code_of(database, "INSERT INTO number VALUES (1)") == SQLITE_OK);
  CHECK(numbers_in(database) == 1);
}

TEST_CASE("a full disk says so and goes on when there is room") {
  fresh();
  SQLite::Database database = opened();
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER, text TEXT)");
  disk().hold_at_most(disk().used_bytes() + 50'000);
  int code = SQLITE_OK, put = 0;
  for (; code == SQLITE_OK && put < 1000; put += code == SQLITE_OK) {
    code = code_of(database, "INSERT INTO number VALUES (1, hex(zeroblob(500)))");
  }
  CHECK(code == SQLITE_FULL);
  CHECK(disk().struck());
  CHECK(numbers_in(database) == put);
  disk().heal();
  CHECK(code_of(database, "INSERT INTO number VALUES (2, '')") == SQLITE_OK);
  CHECK(numbers_in(database) == put + 1);
}

TEST_CASE("a short read is an error and not a shorter content") {
  fresh();
  CHECK(live(wal_full) == 30);
  bool refused = false;
  for (int k = 1; k <= 12; ++k) {
    CAPTURE(k);
    disk().short_read_at(k);
    int rows = 30;
    try {
      SQLite::Database database = opened();
      rows = database.execAndGet("SELECT count(*) FROM number WHERE text GLOB '0*'").getInt();
    } catch (const SQLite::Exception&) {
      refused = true;
    }
    CHECK(rows == 30);
    disk().heal();
  }
  CHECK(refused);
}

TEST_CASE("a copied database is a second one and a copy put back is the past") {
  fresh();
  SQLite::Database database = opened();
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER); INSERT INTO number VALUES (1)");
  files().copy_database(path, "/disk/b.db");
  database.exec("INSERT INTO number VALUES (2)");
  SQLite::Database clone = opened("/disk/b.db");
  CHECK(numbers_in(clone) == 1);
  clone.exec("INSERT INTO number VALUES (3); INSERT INTO number VALUES (4)");
  CHECK(numbers_in(database) == 2);
  CHECK(numbers_in(clone) == 3);
}

TEST_CASE("bytes altered behind SQLite are what it reads") {
  fresh();
  CHECK(live(wal_full) == 30);
  std::string bytes = files().read(path);
  REQUIRE(bytes.size() > 8192);
  bytes.replace(4096, 100, std::string(100, '\x5a'));
  files().put(path, bytes);
  SQLite::Database database = opened();
  CHECK(code_of(database, "SELECT sum(length(text)) FROM number") == SQLITE_CORRUPT);
}

TEST_CASE("one seed gives one disk to the last byte") {
  const auto bytes_after = [](std::uint64_t seed) {
    fresh(seed);
    disk().checkpoint_every(7);
    SQLite::Database keeps_the_journal = opened();
    keeps_the_journal.exec("PRAGMA journal_mode = WAL; CREATE TABLE other (n INTEGER)");
    CHECK(live(wal_full) == 30);
    return files().read(path) + files().read(path + "-wal");
  };
  CHECK(bytes_after(1) == bytes_after(1));
  CHECK(bytes_after(1) != bytes_after(2));  // the WAL's salts
}

TEST_CASE("of what was not synced a torn write leaves whole sectors and the last may be half") {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimFile file;
    file.write(0, std::string(4096, 'a'));
    file.sync();
    file.write(0, std::string(4096, 'b'));
    SeededRandom random(seed);
    file.tear_unsynced(random);
    REQUIRE(file.size() == 4096);
    std::string shape;
    for (std::size_t sector = 0; sector < 8; ++sector) {
      const std::string part = file.bytes().substr(sector * 512, 512);
      CHECK(part.find_first_not_of("ab") == std::string::npos);
      const bool whole = part == std::string(512, part.front());
      shape += whole ? part.front() : '?';
      if (!whole) CHECK(part.find("ab") == std::string::npos);  // new bytes come first
    }
    outcomes.insert(shape);
  }
  CHECK(outcomes.contains("aaaaaaaa"));
  CHECK(outcomes.contains("bbbbbbbb"));
  CHECK(outcomes.contains("bbbaaaaa"));
  CHECK(outcomes.size() > 40);
}

TEST_CASE("losing what was not synced undoes writes growth and truncation") {
  SimFile file;
  file.write(0, "abcdef");
  file.sync();
  file.write(4, "XYZ");
  file.truncate(2);
  file.write(5, "!");
  CHECK(file.bytes() == std::string("ab\0\0\0!", 6));
  file.lose_unsynced();
  CHECK(file.bytes() == "abcdef");
}

TEST_SUITE_END();

}  // namespace
}  // namespace lianxin::sim
