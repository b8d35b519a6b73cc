// Memory that runs out does so where it was told to, and only there.
#include "tests/sim/files/memory_faults.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <memory>
#include <vector>

#include "tests/sim/files/fault_files.h"

namespace lianxin::sim {
namespace {

using Of = MemoryFaults::Of;

TEST_SUITE_BEGIN("sim/memory");

TEST_CASE("at every allocation that fails SQLite says that there is no memory and the database stays whole") {
  const std::string path = "/memory/a.db";
  FaultFiles::install().wipe("/memory");
  {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE number (n INTEGER)");
  }
  int refused = 0;
  for (int k = 1; k < 10'000; ++k) {
    sqlite3* handle = nullptr;
    MemoryFaults::fail_at(Of::sqlite, k, false);
    int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    if (code == SQLITE_OK) code = sqlite3_exec(handle, "INSERT INTO number VALUES (1)", nullptr, nullptr, nullptr);
    (void)MemoryFaults::heal();
    sqlite3_close(handle);
    if (!MemoryFaults::struck()) break;
    CHECK((code == SQLITE_OK || code == SQLITE_NOMEM || code == SQLITE_IOERR));
    refused += code != SQLITE_OK;
  }
  CHECK(refused > 20);
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("the allocation that was named fails and the one after it does not") {
  std::vector<std::unique_ptr<int>> made(5);
  int failed_at = 0;
  MemoryFaults::fail_at(Of::cxx, 3, false);
  for (int i = 1; i <= 5; ++i) {
    try {
      made[static_cast<std::size_t>(i - 1)] = std::make_unique<int>(i);
    } catch (const std::bad_alloc&) {
      failed_at = i;
    }
  }
  const std::int64_t counted = MemoryFaults::heal();
  CHECK(failed_at == 3);
  CHECK(counted == 5);
  CHECK(made[3] != nullptr);
}

TEST_CASE("for good means every allocation until it is healed") {
  int failed = 0;
  MemoryFaults::fail_at(Of::cxx, 2, true);
  for (int i = 1; i <= 5; ++i) {
    try {
      const auto made = std::make_unique<std::string>(100, 'x');
    } catch (const std::bad_alloc&) {
      ++failed;
    }
  }
  (void)MemoryFaults::heal();
  CHECK(failed == 5);  // the first has its text refused
  CHECK_NOTHROW(std::make_unique<int>(1));
}

TEST_CASE("allocations of the test itself are neither counted nor refused") {
  MemoryFaults::fail_at(Of::cxx, 1, true);
  std::unique_ptr<int> made;
  {
    const WithoutMemoryFaults spared;
    made = std::make_unique<int>(1);
  }
  CHECK(MemoryFaults::heal() == 0);
  CHECK(made);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lianxin::sim
