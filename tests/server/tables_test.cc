// A database of the release before each room kept its own tables goes on.
#include "server/tables.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <fstream>
#include <set>

#include "server/backup/verify.h"
#include "server/storage/engine.h"
#include "tests/support/temp_folder.h"

using namespace lianxin;
using namespace lianxin::server;

namespace {

constexpr Query shape{"shape", R"sql(
  SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema
  UNION ALL SELECT module || ' ' || number FROM migration
)sql"};

std::multiset<std::string> shape_of(SqlDatabase& database) {
  std::multiset<std::string> found;
  REQUIRE(database.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(shape);
    while (run.step()) found.insert(run.text(0));
    return {};
  }));
  return found;
}

// Its server was given reference data, an account and a code, and one phone made a record and synced.
void put_old_database(const std::string& file) {
  gzFile old = gzopen(LIANXIN_SOURCE_DIR "/tests/server/before_the_seam.db.gz", "rb");
  REQUIRE(old);
  std::ofstream out(file, std::ios::binary);
  char buffer[65536];
  for (int size = 0; (size = gzread(old, buffer, sizeof buffer)) > 0;) out.write(buffer, size);
  gzclose(old);
}

constexpr Query lines_and_devices{"lines_and_devices", R"sql(
  SELECT (SELECT count(*) FROM change_log), (SELECT count(*) FROM device), (SELECT count(*) FROM account)
)sql"};
constexpr Query rename_device{"rename_device", "UPDATE device SET name = 'another'"};

}  // namespace

TEST_SUITE_BEGIN("server/tables");

TEST_CASE("a database of the release before opens, has the tables of a new one, verifies, and goes on") {
  const test::TempFolder folder;
  const std::string old_file = folder / "old.db";
  put_old_database(old_file);
  {
    const auto old = open_database(old_file, database_modules());
    const auto made = open_database(folder / "new.db", database_modules());
    REQUIRE(old);
    REQUIRE(made);
    CHECK(shape_of(**old) == shape_of(**made));
    CHECK((*old)->write([](SqlConnection& connection) -> Status {
      SqlRun run = connection.run(lines_and_devices);
      REQUIRE(run.step());
      CHECK(run.integer(0) == 11);
      CHECK(run.integer(1) == 1);
      CHECK(run.integer(2) == 1);
      CHECK(connection.run(rename_device).exec() == 1);
      return {};
    }));
  }
  const auto verified = verify_file(old_file, {});
  REQUIRE(verified);
  CHECK(verified->clean());
  CHECK(verified->lines == 11);
}

TEST_SUITE_END();
