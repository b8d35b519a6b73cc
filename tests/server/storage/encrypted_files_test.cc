#include "server/storage/sqlite/encrypted_files.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>
#include <random>

#include "server/storage/database_file.h"
#include "server/storage/engine.h"
#include "tests/server/storage/addition.h"
#include "tests/server/storage/engines.h"
#include "tests/support/database_beside.h"
#include "tests/support/file_bytes.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::storage_test;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret_text = "上柳湾村 郝商量 13900000001";

DataKeyId key_of(std::uint8_t byte) {
  SecretKey key;
  key.fill(byte);
  return hold_data_key(key);
}

// A database of the system's own files, or an encrypted one.
SQLite::Database opened(const fs::path& file, const std::optional<DataKeyId>& key, int flags = SQLite::OPEN_READWRITE) {
  return SQLite::Database(name_to_open(file, key), flags | SQLite::OPEN_CREATE | SQLite::OPEN_URI, 1000,
                          encrypted_files());
}

std::string dump(SQLite::Database& database) {
  std::string out;
  SQLite::Statement rows(database, "SELECT id, hex(body) FROM kept ORDER BY id");
  while (rows.executeStep()) out += rows.getColumn(0).getString() + " " + rows.getColumn(1).getString() + "\n";
  return out;
}

// One act among those that move pages about, the same for the same random numbers.
void act(SQLite::Database& database, std::mt19937& random) {
  const std::string id = std::to_string(random() % 40), size = std::to_string(random() % 30'000);
  switch (random() % 8) {
    case 0: database.exec("DELETE FROM kept WHERE id % 3 = " + std::to_string(random() % 3)); break;
    case 1: database.exec("BEGIN; UPDATE kept SET body = zeroblob(" + size + "); ROLLBACK"); break;
    case 2:
      database.exec("BEGIN; SAVEPOINT a; REPLACE INTO kept VALUES (" + id + ", zeroblob(" + size +
                    ")); ROLLBACK TO a; REPLACE INTO kept VALUES (" + id + ", 'kept'); COMMIT");
      break;
    case 3: database.exec("PRAGMA wal_checkpoint(TRUNCATE)"); break;
    case 4: database.exec("VACUUM"); break;
    default:
      database.exec("REPLACE INTO kept VALUES (" + id + ", CAST(replace(hex(zeroblob(" + size + ")), '00', char(65 + " +
                    id + ")) AS BLOB))");
  }
}

}  // namespace

TEST_SUITE_BEGIN("server/storage/encrypted_files");

TEST_CASE("nothing that was written can be read in the file, its log or a copy") {
  const test::TempFolder folder;
  const fs::path file = folder / "lianxin.db", copy = folder / "copy.db";
  const Module modules[] = {log_tables()};
  auto database = open_database(file, modules, key_of(1));
  REQUIRE(database);
  SqlStore store(**database);
  NextChange change;
  change.encoded = "{\"kept\":\"" + std::string(secret_text) + "\"}";
  REQUIRE(add(store, studio, change));
  REQUIRE(copy_database(file, copy));
  CHECK(fs::exists(file.string() + "-wal"));
  for (const fs::path& each : {file, fs::path(file.string() + "-wal"), copy}) {
    const std::string bytes = test::bytes_of(each);
    CAPTURE(each);
    CHECK(bytes.size() >= 4096);
    CHECK(bytes.find(secret_text) == std::string::npos);
    CHECK(bytes.find("CREATE TABLE") == std::string::npos);
    CHECK(bytes.find("SQLite format") == std::string::npos);
  }
  CHECK(test::bytes_of_database(copy).find(secret_text) != std::string::npos);
  CHECK(*key_of_database(copy) == key_of(1));
}

TEST_CASE("a file whose key is not here is refused as such, and one that is not encrypted is read as it lies") {
  const test::TempFolder folder;
  const fs::path file = folder / "lianxin.db", plain = folder / "plain.db";
  const Module modules[] = {log_tables()};
  REQUIRE(open_database(file, modules, key_of(2)));
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(8);  // the name of its key
    bytes << "12345678";
  }
  const auto refused = open_database(file, modules, key_of(2));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::not_allowed);
  CHECK(refused.error().message.find("data.secret") != std::string::npos);

  REQUIRE(open_database(plain, modules));
  REQUIRE(open_database(plain, modules, key_of(2)));
  CHECK_FALSE(*key_of_database(plain));
  CHECK(test::bytes_of(plain).starts_with("SQLite format 3"));
}

TEST_CASE("the same acts leave the same rows, encrypted or not, in each journal mode") {
  for (const char* mode : {"WAL", "DELETE", "TRUNCATE", "PERSIST"}) {
    CAPTURE(mode);
    const test::TempFolder folder;
    std::mt19937 random(20'261'130), again(20'261'130);
    SQLite::Database plain = opened(folder / "plain.db", {}), hidden = opened(folder / "hidden.db", key_of(3));
    for (SQLite::Database* each : {&plain, &hidden}) {
      each->exec("PRAGMA temp_store = MEMORY; PRAGMA synchronous = OFF");
      each->exec("PRAGMA journal_mode = " + std::string(mode));
      each->exec("CREATE TABLE kept (id INTEGER PRIMARY KEY, body)");
    }
    for (int i = 0; i < 150; ++i) {
      act(plain, random);
      act(hidden, again);
    }
    CHECK(dump(plain) == dump(hidden));
    CHECK(hidden.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(test::bytes_of(folder / "hidden.db").find("AAAAAAAA") == std::string::npos);
  }
}

// What lies on the disk at any moment, as after a power cut, opens to what was committed.
TEST_CASE("a file that was cut off in a transaction opens to what was there before it") {
  for (const char* mode : {"WAL", "DELETE"}) {
    CAPTURE(mode);
    const test::TempFolder folder;
    SQLite::Database database = opened(folder / "lianxin.db", key_of(4));
    database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = 5; PRAGMA journal_mode = " + std::string(mode));
    database.exec("CREATE TABLE kept (id INTEGER PRIMARY KEY, body)");
    for (int id = 0; id < 30; ++id) {
      database.exec("INSERT INTO kept VALUES (" + std::to_string(id) + ", zeroblob(5000))");
    }
    const std::string before = dump(database);
    database.exec("BEGIN");
    database.exec("UPDATE kept SET body = randomblob(9000)");  // more than the cache takes: pages go to the disk
    for (const char* ending : {"", "-wal", "-journal"}) {
      const std::string from = folder / (std::string("lianxin.db") + ending);
      if (fs::exists(from)) fs::copy_file(from, folder / (std::string("copy.db") + ending));
    }
    SQLite::Database copy = opened(folder / "copy.db", {});
    CHECK(dump(copy) == before);
    CHECK(copy.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
}

TEST_CASE("readers beside the writer see one snapshot, through checkpoints") {
  const test::TempFolder folder;
  SQLite::Database writer = opened(folder / "lianxin.db", key_of(5));
  writer.exec("PRAGMA journal_mode = WAL");
  writer.exec("CREATE TABLE kept (id INTEGER PRIMARY KEY, body)");
  writer.exec("INSERT INTO kept VALUES (1, 'before')");
  SQLite::Database reader = opened(folder / "lianxin.db", {});
  reader.exec("BEGIN");
  const std::string seen = dump(reader);
  for (int i = 0; i < 50; ++i) {
    writer.exec("REPLACE INTO kept VALUES (1, randomblob(20000))");
    writer.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }
  CHECK(dump(reader) == seen);
  reader.exec("COMMIT");
  CHECK(dump(reader) == dump(writer));
}

TEST_CASE("a path with signs of its own is the file of that name") {
  const test::TempFolder folder;
  const fs::path file = folder / "数 据 50%?a=b#c.db";
  {
    SQLite::Database database = opened(file, key_of(6));
    database.exec("CREATE TABLE kept (id INTEGER PRIMARY KEY, body)");
  }
  CHECK(fs::exists(file));
  CHECK(test::bytes_of(file).starts_with("LianxinE"));
}

TEST_CASE("nothing goes to a temporary file") {
  const test::TempFolder folder;
  SQLite::Database database = opened(folder / "lianxin.db", key_of(7));
  database.exec("PRAGMA temp_store = FILE; PRAGMA cache_size = 2");
  CHECK_THROWS_AS(database.exec("CREATE TEMP TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                                "LIMIT 2000) SELECT randomblob(2000) FROM n"),
                  SQLite::Exception);
}

TEST_SUITE_END();
