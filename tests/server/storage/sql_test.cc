// What the rooms above storage rely on, whatever the engine: values, failures, and tables that come in steps.
#include "server/storage/sql.h"

#include <doctest/doctest.h>

#include <limits>

#include "server/storage/engine.h"
#include "server/storage/sqlite/database.h"
#include "tests/support/temp_folder.h"

using namespace lianxin;
using namespace lianxin::server;

namespace {

constexpr Migration people_steps[] = {
    {1, "CREATE TABLE person (name TEXT NOT NULL UNIQUE, height INTEGER, photo BLOB) STRICT"},
    {2, "ALTER TABLE person ADD COLUMN phone TEXT"}};
constexpr Migration pets_steps[] = {{2, "CREATE TABLE pet (name TEXT, keeper TEXT REFERENCES person (name)) STRICT"}};
constexpr Migration broken_steps[] = {
    people_steps[0], {2, "CREATE TABLE visitor (name TEXT) STRICT; CREATE TABLE person (x TEXT) STRICT"}};
constexpr const char* people_sealed[] = {"person"};

const Module people{"people", people_steps, people_sealed};
const Module people_at_first{"people", std::span(people_steps, 1), people_sealed};
const Module people_broken{"people", broken_steps, people_sealed};
const Module pets{"people", pets_steps, {}};

constexpr Query put_person{"put_person", "INSERT INTO person (photo, name, height) VALUES ($3, $1, $2)"};
constexpr Query all_people{"all_people", "SELECT name, height, photo FROM person ORDER BY name"};
constexpr Query visitors{"visitors", "SELECT name FROM visitor"};
constexpr Query put_pet{"put_pet", "INSERT INTO pet (name, keeper) VALUES ($1, $2)"};
constexpr Query steps_taken{"steps_taken", "SELECT count(*) FROM migration WHERE module = 'people'"};

struct Folder {
  test::TempFolder folder;

  Result<std::unique_ptr<SqlDatabase>> open(std::vector<Module> modules) {
    return open_database(folder / "lianxin.db", modules);
  }
};

struct People : Folder {
  std::unique_ptr<SqlDatabase> database = std::move(*open({people}));

  static void put(SqlConnection& connection, const std::string& name) {
    connection.run(put_person).bind(1, name).bind_null(2).bind_null(3).exec();
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    REQUIRE(database->read([&](SqlConnection& connection) -> Status {
      SqlRun run = connection.run(all_people);
      while (run.step()) names.push_back(run.text(0));
      return {};
    }));
    return names;
  }
};

using Names = std::vector<std::string>;

std::int64_t number(SqlDatabase& database, const Query& query) {
  std::int64_t found = -1;
  REQUIRE(database.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(query);
    if (run.step()) found = run.integer(0);
    return {};
  }));
  return found;
}

}  // namespace

TEST_SUITE_BEGIN("server/storage/sql");

TEST_CASE_FIXTURE(People, "a value is read as it was bound, whatever the order of the parameters in the text") {
  const std::string texts[] = {"", "王", std::string("a\0b", 3)};
  const std::int64_t numbers[] = {0, std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max()};
  const Bytes<3> bytes{0, 255, 7};
  REQUIRE(database->write([&](SqlConnection& connection) -> Status {
    for (int i = 0; i < 3; ++i) {
      const auto some = std::span(bytes).first(static_cast<std::size_t>(i == 1 ? 0 : 3));
      CHECK(connection.exec(put_person, texts[i], numbers[i], some) == 1);
    }
    CHECK(connection.exec(put_person, "nobody") == 1);  // what was bound before is bound no more
    return {};
  }));
  CHECK(database->read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(all_people);
    const int order[] = {0, 2, -1, 1};  // by their names
    for (const int i : order) {
      REQUIRE(run.step());
      CHECK(run.is_null(1) == (i < 0));
      CHECK(run.is_null(2) == (i < 0));
      if (i < 0) continue;
      CHECK(run.text(0) == texts[i]);
      CHECK(run.integer(1) == numbers[i]);
      if (i == 1) {
        CHECK(run.text(2).empty());
      } else {
        CHECK(run.bytes<3>(2) == bytes);
      }
    }
    CHECK_FALSE(run.step());
    return {};
  }));
}

TEST_CASE_FIXTURE(People, "what is asked in one go comes back as it was put, an empty optional as a null") {
  struct Person {
    std::string name;
    std::optional<std::int64_t> height;
    std::optional<Bytes<2>> photo;
  };
  const auto read = [](const SqlRun& run) {
    Person person;
    run.read(person.name, person.height, person.photo);
    return person;
  };
  const auto nobody = database->first(all_people, read);
  REQUIRE(nobody);
  CHECK_FALSE(*nobody);
  REQUIRE(database->exec(put_person, "b", std::optional<std::int64_t>(170), std::optional<Bytes<2>>()));
  REQUIRE(database->exec(put_person, "a", std::optional<std::int64_t>(), Bytes<2>{1, 2}));
  const auto all = database->all(all_people, read);
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK_FALSE((*all)[0].height);
  CHECK((*all)[0].photo == Bytes<2>{1, 2});
  CHECK((*all)[1].height == 170);
  CHECK_FALSE((*all)[1].photo);
  const auto first = database->first(all_people, column<std::string>);
  REQUIRE(first);
  CHECK(*first == "a");
  const Status twice = database->exec(put_person, "a");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Errc::conflict);
}

TEST_CASE_FIXTURE(People, "an id of the wrong length is damage") {
  REQUIRE(database->write([](SqlConnection& connection) -> Status {
    put(connection, "王");
    return {};
  }));
  const Status read = database->read([](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(all_people);
    run.step();
    (void)run.id<DeviceId>(0);
    return {};
  });
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::corrupt);
}

TEST_CASE_FIXTURE(People, "of a job that fails nothing remains, and the next finds all as before") {
  const auto write = [this](const std::function<Status(SqlConnection&)>& end) {
    return database->write([&](SqlConnection& connection) -> Status {
      put(connection, "王");
      return end(connection);
    });
  };
  SUBCASE("a constraint says no") {
    const Status status = write([](SqlConnection& connection) -> Status {
      put(connection, "王");
      return {};
    });
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::conflict);
  }
  SUBCASE("it says so itself") {
    const Status status = write([](SqlConnection&) { return failure(Errc::out_of_range, "enough"); });
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::out_of_range);
  }
  SUBCASE("it throws what storage does not know") {
    CHECK_THROWS_AS((void)write([](SqlConnection&) -> Status { throw std::logic_error("a bug"); }), std::logic_error);
  }
  SUBCASE("it throws and has caught") {
    REQUIRE(write([](SqlConnection& connection) -> Status {
              CHECK_THROWS_AS(put(connection, "王"), SqlFailure);
              return failure(Errc::conflict, "seen");
            })
                .error()
                .code == Errc::conflict);
  }
  CHECK(names().empty());
  REQUIRE(write([](SqlConnection&) -> Status { return {}; }));
  CHECK(names() == Names{"王"});
}

TEST_CASE("a database that another process writes is busy") {
  const test::TempFolder folder;
  const Module modules[] = {people};
  SqliteOptions options;
  options.busy_timeout_ms = 20;
  const auto one = SqliteDatabase::open(folder / "lianxin.db", modules, options);
  const auto other = SqliteDatabase::open(folder / "lianxin.db", modules, options);
  REQUIRE(one);
  REQUIRE(other);
  REQUIRE((*one)->write([&](SqlConnection& connection) -> Status {
    People::put(connection, "王");
    const Status refused = (*other)->write([](SqlConnection&) -> Status { return {}; });
    CHECK(refused.error().code == Errc::busy);
    return {};
  }));
  CHECK((*other)->write([](SqlConnection&) -> Status { return {}; }));
}

TEST_CASE_FIXTURE(Folder, "tables come in steps, each once, and rooms of one name share them") {
  REQUIRE(open({people_at_first}).has_value());
  {
    const auto later = open({pets, people});  // whichever is named first
    REQUIRE(later);
    CHECK(number(**later, steps_taken) == 2);
    CHECK((*later)->write([](SqlConnection& connection) -> Status {
      People::put(connection, "王");
      connection.run(put_pet).bind(1, std::string("小白")).bind(2, std::string("王")).exec();
      return {};
    }));
  }
  const auto again = open({people, pets});
  REQUIRE(again);
  CHECK(number(**again, steps_taken) == 2);
}

TEST_CASE_FIXTURE(Folder, "a step that fails leaves the tables as they were") {
  REQUIRE_FALSE(open({people_broken}).has_value());
  const auto mended = open({people});
  REQUIRE(mended);
  const Status read = (*mended)->read([](SqlConnection& connection) -> Status {
    connection.run(visitors).step();
    return {};
  });
  CHECK_FALSE(read);
}

TEST_CASE_FIXTURE(Folder, "a database of a newer program is refused and left as it is") {
  REQUIRE(open({people}).has_value());
  const auto older = open({people_at_first});
  REQUIRE_FALSE(older);
  CHECK(older.error().code == Errc::invalid_argument);
  CHECK(older.error().message.find("newer") != std::string::npos);
  CHECK(open({people}).has_value());
}

TEST_SUITE_END();
