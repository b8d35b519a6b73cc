// Backup, verify, restore and drill as an office runs them: the program itself, beside a server and without one.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "schema/json.h"
#include "server/disk/data_folder.h"
#include "tests/support/database_beside.h"
#include "tests/support/file_bytes.h"
#include "tests/support/process.h"

using namespace lianxin;
using namespace lianxin::server;
using lianxin::test::Ended;
using lianxin::test::Process;
using lianxin::test::TempFolder;

namespace {

namespace fs = std::filesystem;

// An office with one studio and nothing else.
struct SmallOffice {
  TempFolder folder;
  fs::path data = folder / "data";

  SmallOffice() {
    std::ofstream(folder / "reference.json") << R"({
      "org_units": [{"org_code": "990121", "name": "政协溪禾县委员会", "level": "county", "region_code": "990121"}],
      "studios": [{"id": "1f8f1f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990121-S01", "name": "柳湾镇工作室",
                   "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121"}]})";
    REQUIRE(run({"init"}).code == 0);
    REQUIRE(run({"import", folder / "reference.json"}).out.starts_with("added "));
  }

  Ended run(std::vector<std::string> words) const {
    words.insert(words.begin(), LIANXIN_SERVER);
    words.insert(words.end(), {"--data", data.string()});
    return lianxin::test::run(words);
  }

  // Behind the program's back.
  void damage() const {
    std::fstream bytes(data / "lianxin.db", std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(data / "lianxin.db")) / 2);
    bytes << std::string(4096, 'x');
  }
};

std::size_t files_ending(const fs::path& folder, std::string_view ending) {
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    count += entry.path().string().ends_with(ending) ? 1 : 0;
  }
  return count;
}

bool listens(const std::string& log) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (lianxin::test::bytes_of(log).find(" info listening ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_SUITE_BEGIN("server/commands/backup");

TEST_CASE("a damaged database is found and put back from its backup") {
  const SmallOffice office;
  const Ended backup = office.run({"backup"});
  CAPTURE(backup.err);
  REQUIRE(backup.code == 0);
  const std::string file = backup.out.substr(0, backup.out.find('\n'));
  CHECK(fs::path(file).parent_path() == office.data / "backups");
  CHECK(office.run({"verify"}).code == 0);
  CHECK(office.run({"verify", file}).code == 0);
  CHECK(office.run({"drill"}).code == 0);

  office.damage();
  const Ended damaged = office.run({"verify", "--json"});
  CHECK(damaged.code == 1);
  const auto found = parse_json(damaged.out);
  REQUIRE(found);
  CHECK_FALSE(found->boolean_at("clean"));
  CHECK(found->integer_at("damage_count") > 0);
  CHECK(office.run({"backup"}).code == 1);
  CHECK(office.run({"drill"}).code == 1);

  CHECK(office.run({"restore", "--as-of", "2020-01-01T00:00Z"}).code == 1);
  CHECK(office.run({"restore", "--as-of", "yesterday"}).code == 1);
  const Ended restored = office.run({"restore", "--as-of", "latest"});
  CAPTURE(restored.err);
  CHECK(restored.code == 0);
  CHECK(restored.out.starts_with("studio\tseq in backup\tseq now\tseq before\n"));
  CHECK(restored.err.find(file) != std::string::npos);
  CHECK(office.run({"verify"}).code == 0);
  CHECK(files_ending(office.data / "replaced", "Z") == 1);
}

TEST_CASE("beside a running server a backup and a drill succeed and a restore does not") {
  const SmallOffice office;
  const std::string log = office.folder / "log";
  Process server({LIANXIN_SERVER, "serve", "--plain", "--data", office.data.string(), "--listen", "127.0.0.1:0"}, log);
  REQUIRE(listens(log));
  CHECK(office.run({"backup", "--to", office.folder / "elsewhere"}).code == 0);
  CHECK(files_ending(office.folder / "elsewhere", ".db") == 1);
  CHECK(office.run({"verify"}).code == 0);
  CHECK(office.run({"drill", "--scratch", office.folder / "scratch"}).code == 0);
  const Ended refused = office.run({"restore", "--as-of", "latest", "--from", office.folder / "elsewhere"});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("conflict") != std::string::npos);
  CHECK(server.stop() == 0);
  CHECK(office.run({"restore", "--as-of", "latest", "--from", office.folder / "elsewhere"}).code == 0);
}

TEST_CASE("a restore waits for no command that uses the database and none comes in while it goes on") {
  const SmallOffice office;
  REQUIRE(office.run({"backup"}).code == 0);
  {
    const auto used = DataFolder::open(office.data, DataFolder::Use::command);  // as the commands do
    REQUIRE(used);
    CHECK(office.run({"backup"}).code == 0);
    const Ended refused = office.run({"restore", "--as-of", "latest"});
    CHECK(refused.code == 1);
    CHECK(refused.err.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
    CHECK_FALSE(fs::exists(office.data / "replaced"));
  }
  {
    const auto restoring = DataFolder::open(office.data, DataFolder::Use::restore);
    REQUIRE(restoring);
    for (const char* command : {"backup", "verify", "drill", "restored", "serve"}) {
      CAPTURE(command);
      const Ended refused = office.run({command});
      CHECK(refused.code == 1);
      CHECK(refused.err.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
    }
  }
  Process server({LIANXIN_SERVER, "serve", "--plain", "--data", office.data.string(), "--listen", "127.0.0.1:0"},
                 office.folder / "log");
  REQUIRE(listens(office.folder / "log"));
  const Ended refused = office.run({"restore", "--as-of", "latest"});
  CHECK(refused.err.find("serve --plain --data") != std::string::npos);
  server.kill9();  // what a dead process leaves locks nobody out
  CHECK(office.run({"restore", "--as-of", "latest"}).code == 0);
}

TEST_CASE("what nothing can make anew can be taken for what it is") {
  const SmallOffice office;
  CHECK(office.run({"rebuild", "--seals"}).code == 0);
  CHECK(office.run({"verify"}).code == 0);
}

TEST_CASE("a database of before is encrypted once, and so is a backup of before when it is put back") {
  const SmallOffice office;
  const fs::path database = office.data / "lianxin.db";
  CHECK(lianxin::test::bytes_of(database).find("CREATE TABLE") == std::string::npos);
  const std::string plain = lianxin::test::bytes_of_database(database);
  std::ofstream(database, std::ios::binary | std::ios::trunc) << plain;
  for (const char* ending : {"-wal", "-shm"}) fs::remove(database.string() + ending);
  CHECK(office.run({"verify"}).code == 0);
  CHECK(office.run({"backup"}).code == 0);
  CHECK(lianxin::test::bytes_of(database).find("柳湾镇工作室") != std::string::npos);

  const Ended encrypted = office.run({"encrypt"});
  CAPTURE(encrypted.err);
  CHECK(encrypted.code == 0);
  const auto nothing_can_be_read = [&] {
    for (const char* ending : {"", "-wal", "-journal"}) {
      const std::string bytes = lianxin::test::bytes_of(database.string() + ending);
      CHECK(bytes.find("CREATE TABLE") == std::string::npos);
      CHECK(bytes.find("柳湾镇工作室") == std::string::npos);
    }
    for (const char* ending : {".plain", ".encrypted"}) CHECK_FALSE(fs::exists(database.string() + ending));
  };
  nothing_can_be_read();
  CHECK(office.run({"verify"}).code == 0);
  std::ofstream(database.string() + ".plain") << plain;  // as one that was cut short leaves it
  CHECK(office.run({"encrypt"}).err.find("already") != std::string::npos);
  nothing_can_be_read();

  const Ended restored = office.run({"restore", "--as-of", "latest"});
  CAPTURE(restored.err);
  CHECK(restored.code == 0);
  nothing_can_be_read();
  CHECK(office.run({"verify"}).code == 0);
}

TEST_CASE("without its key a database says what is missing") {
  const SmallOffice office;
  fs::rename(office.data / "keys/data.secret", office.folder / "elsewhere");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"account", "list"}, {"backup"}}) {
    const Ended refused = office.run(words);
    CHECK(refused.code == 1);
    CHECK(refused.err.find("keys/data.secret") != std::string::npos);
  }
  fs::rename(office.folder / "elsewhere", office.data / "keys/data.secret");
  CHECK(office.run({"account", "list"}).code == 0);
}

TEST_SUITE_END();
