// The server program killed while it makes its data folder, while it takes the reference data, and while it brings an
// old file's tables up to date: the next start finishes what was begun.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

#include "tests/fault/database_file.h"
#include "tests/support/database_beside.h"
#include "tests/support/file_bytes.h"
#include "tests/support/server_process.h"
#include "tests/sync/seeded_random.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

using std::chrono::microseconds;

// Runs it whole once elsewhere, to learn how long it takes; a kill anywhere in that time is one in the middle.
class Command {
 public:
  Command(SeededRandom& random, std::vector<std::string> words) : random_(random), words_(std::move(words)) {}

  Ended whole(const std::string& data) const { return run(at(data)); }
  void time_whole(const std::string& data) {
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(whole(data).code == 0);
    span_ = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin);
  }
  void killed(const std::string& data) {
    (void)run_and_kill(at(data), microseconds(random_.between(0, span_.count())));
  }

 private:
  std::vector<std::string> at(const std::string& data) const {
    std::vector<std::string> words{LIANXIN_SERVER};
    words.insert(words.end(), words_.begin(), words_.end());
    words.insert(words.end(), {"--data", data});
    return words;
  }

  SeededRandom& random_;
  const std::vector<std::string> words_;
  microseconds span_{0};
};

// Every table, index and migration that the file has.
std::set<std::string> shape_of(const std::string& file) {
  SQLite::Database database = open_beside(file);
  std::set<std::string> shape;
  SQLite::Statement tables(database,
                           "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema "
                           "WHERE tbl_name <> 'migration'");
  while (tables.executeStep()) shape.insert(tables.getColumn(0).getString());
  SQLite::Statement migrations(database, "SELECT module || ' ' || number FROM migration");
  while (migrations.executeStep()) shape.insert(migrations.getColumn(0).getString());
  return shape;
}

// A database as the first version of the program left it.
void make_first_version(const std::string& file) {
  std::filesystem::remove(file);
  std::filesystem::remove(file + "-wal");
  std::filesystem::remove(file + "-shm");
  SQLite::Database database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA application_id = 0x4c69616e");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(
      "CREATE TABLE migration (module TEXT NOT NULL, number INTEGER NOT NULL, applied_ms INTEGER NOT NULL, "
      "PRIMARY KEY (module, number)) STRICT");
  const std::filesystem::path source = LIANXIN_SOURCE_DIR;
  for (const auto& [module, step] :
       {std::pair{"log", "storage/sqlite/migrations/0001_log.sql"},
        std::pair{"auth", "people/migrations/0001_people.sql"}, std::pair{"auth", "kinds/migrations/0001_kinds.sql"}}) {
    database.exec(bytes_of(source / "server" / step));
    database.exec(std::string("INSERT OR IGNORE INTO migration VALUES ('") + module + "', 1, 0)");
  }
}

// The server, killed a few times while it starts, comes up; a phone enrols and is served; the file is sound.
void serves_in_the_end(const TempFolder& folder, SeededRandom& random) {
  ServerProcess server(folder, ServerProcess::Data::as_it_is);
  for (int i = 0; i < 3; ++i) {
    server.spawn();
    std::this_thread::sleep_for(microseconds(random.between(0, 60'000)));
    server.kill9();
  }
  server.command({"import", LIANXIN_REFERENCE});
  server.start();
  Phone phone = enrolled_phone(server, folder / "phone", "990121-S01", "米小满");
  Form visit = must(phone.begin_new("outreach_visit"));
  must(visit.count("persons_reached", 3));
  const Saved saved = must(visit.commit());
  CHECK(must(phone.sync()).complete);
  CHECK(server.stop() == 0);
  const DatabaseFile file = DatabaseFile::read(server.data() + "/lianxin.db");
  CHECK(file.faults.empty());
  CHECK(file.lines.at(saved.changes.at(0)) == 1);
}

}  // namespace

TEST_SUITE("fault/setup_kill") {
  TEST_CASE("a data folder whose making was killed is made by the next command") {
    SeededRandom random(1);
    TempFolder whole;
    Command init(random, {"init"}), import(random, {"import", LIANXIN_REFERENCE});
    init.time_whole(whole / "server");
    import.time_whole(whole / "server");
    for (int round = 0; round < 4; ++round) {
      CAPTURE(round);
      TempFolder folder;
      const std::string data = folder / "server";
      for (int i = 0; i < 3; ++i) init.killed(data);
      const Ended made = init.whole(data);
      CAPTURE(made.err);
      CHECK((made.code == 0 || std::filesystem::exists(data + "/keys/server.key")));
      for (int i = 0; i < 3; ++i) import.killed(data);
      const Ended taken = import.whole(data);
      CAPTURE(taken.err);
      CHECK(taken.code == 0);
      CHECK(import.whole(data).out.starts_with("added 0, edited 0, "));
      serves_in_the_end(folder, random);
    }
  }

  TEST_CASE("an old file whose migration was killed is brought up to date by the next start") {
    SeededRandom random(2);
    for (int round = 0; round < 4; ++round) {
      CAPTURE(round);
      TempFolder folder;
      { const ServerProcess fresh(folder); }
      const std::string file = folder / "server/lianxin.db";
      const std::set<std::string> shape = shape_of(file);
      std::filesystem::remove_all(folder / "server/journal");
      make_first_version(file);
      CHECK(shape_of(file).size() < shape.size());
      serves_in_the_end(folder, random);
      CHECK(shape_of(file) == shape);
    }
  }
}
