// Files that a phone is pointed at by mistake.
#include "client-sdk/store/database.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "client-sdk/driver/system_random.h"
#include "tests/client-sdk/test_clock.h"

namespace lianxin::client {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("lianxin-files-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }

  std::map<std::string, std::string> content() const {  // with their modes
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(path)) {
      std::ifstream file(entry.path(), std::ios::binary);
      struct stat about {};
      REQUIRE(::stat(entry.path().c_str(), &about) == 0);
      files[entry.path().filename().string()] =
          std::to_string(about.st_mode) + std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }
};

Result<std::unique_ptr<Database>> open(const fs::path& path) {
  static TestClock clock;
  return Database::open({path.string(), [] { return StoreKey{7}; }, {}, system_random(), clock});
}

std::string refused(const fs::path& path) {
  const auto opened = open(path);
  REQUIRE_FALSE(opened.has_value());
  return opened.error().message;
}

void run(const fs::path& path, const std::string& sql) {
  SQLite::Database db(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec(sql);
}

const std::pair<const char*, std::function<void(const fs::path&)>> others[] = {
    {"text", [](const fs::path& path) { std::ofstream(path) << std::string(2000, 'a'); }},
    {"one letter", [](const fs::path& path) { std::ofstream(path) << "a"; }},
    {"a database", [](const fs::path& path) { run(path, "CREATE TABLE note (t); INSERT INTO note VALUES ('x')"); }},
    {"one with a log", [](const fs::path& path) { run(path, "PRAGMA journal_mode = WAL; CREATE TABLE note (t)"); }},
    {"one of a named program", [](const fs::path& path) { run(path, "PRAGMA application_id = 7"); }},
    {"one with a version", [](const fs::path& path) { run(path, "PRAGMA user_version = 3"); }},
};

}  // namespace

TEST_SUITE("client-sdk/store/database") {
  TEST_CASE("another program's file is refused by name, and it, its mode and what lies beside it stay as they are") {
    for (const auto& [name, make] : others) {
      CAPTURE(name);
      const Folder folder;
      const fs::path path = folder.path / "any ?#%file";
      make(path);
      REQUIRE(::chmod(path.c_str(), 0644) == 0);
      const auto before = folder.content();
      CHECK(refused(path) == "file_not_ours");
      CHECK(folder.content() == before);
    }
  }

  TEST_CASE("neither a folder nor a device is taken for a file of ours, nor is its mode altered") {
    const Folder folder;
    const fs::perms before = fs::status(folder.path).permissions();
    CHECK(refused(folder.path) == "file_not_ours");
    CHECK(fs::status(folder.path).permissions() == before);
    CHECK(refused("/dev/zero") == "file_not_ours");
    CHECK(fs::status("/dev/zero").permissions() != fs::perms(0600));
  }

  TEST_CASE("another program's tables that stand in its log only are seen too") {
    const Folder folder;
    const fs::path path = folder.path / "others";
    SQLite::Database db(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE note (t)");
    const auto before = folder.content();
    CHECK(refused(path) == "file_not_ours");
    auto after = folder.content();
    CHECK(after.at("others") == before.at("others"));
    CHECK(after.at("others-wal") == before.at("others-wal"));
  }

  TEST_CASE("a file of a newer version is not called damaged, and stays as it is") {
    const Folder folder;
    const fs::path path = folder.path / "ours";
    REQUIRE(open(path).has_value());
    run(path, "PRAGMA user_version = 99");
    const auto before = folder.content();
    CHECK(refused(path) == "file_too_new");
    CHECK(folder.content() == before);
  }

  TEST_CASE("an empty file becomes ours, and is for its owner only") {
    const Folder folder;
    const fs::path path = folder.path / "empty";
    std::ofstream(path).close();
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    REQUIRE(open(path).has_value());
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
  }
}

}  // namespace lianxin::client
