// Entries of lists as they are made anew after an update, some at a time, and from files of earlier versions.
#include "client-sdk/store/lists.h"

#include <SQLiteCpp/Database.h>

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/phone_fixture.h"
#include "tests/client-sdk/session/damage.h"

namespace lianxin::client {
namespace {

constexpr Query make_old{"test_make_old", "UPDATE list_entry SET search_sealed = NULL"};
constexpr Query count_old{"test_count_old", "SELECT count(*) FROM list_entry WHERE search_sealed IS NULL"};
constexpr Query plan_of_place{"test_plan_of_place", R"sql(
  EXPLAIN QUERY PLAN SELECT shown_sealed FROM list_entry
  WHERE place = 'x' AND place <> '' AND deleted = 0 ORDER BY kind DESC LIMIT 1
)sql"};
constexpr Query plan_of_number{"test_plan_of_number", R"sql(
  EXPLAIN QUERY PLAN SELECT DISTINCT record FROM record_number WHERE number = x'00' LIMIT 10
)sql"};

Database& db_of(TestPhone& phone) { return PhoneInternals::core(*phone.phone).db(); }

void forget_texts(TestPhone& phone) {
  REQUIRE(db_of(phone).write([&]() -> Status {
    db_of(phone).exec(make_old);
    return {};
  }));
}

std::int64_t old_entries(TestPhone& phone) {
  return *db_of(phone).read([&]() -> Result<std::int64_t> { return *db_of(phone).one(count_old, first_number); });
}

std::string plan(TestPhone& phone, const Query& query) {
  std::string text;
  const Status read = db_of(phone).read([&]() -> Status {
    db_of(phone).each(query, [&](SQLite::Statement& row) { text += row.getColumn(3).getString() + "\n"; });
    return {};
  });
  REQUIRE(read.has_value());
  return text;
}

bool finds(TestPhone& phone, const std::string& words, const std::string& record) {
  const auto found = must(phone.phone->find(words));
  return found.size() == 1 && found.front().id == record;
}

// The file as an app left it whose newest migration was the fifth, or the sixth.
void set_back(const std::string& path, int version) {
  SQLite::Database db(path, SQLite::OPEN_READWRITE);
  db.exec("DROP INDEX list_entry_of_kind; DROP INDEX list_entry_of_place; DROP TABLE record_number");
  db.exec("ALTER TABLE list_entry DROP COLUMN missing; ALTER TABLE list_entry DROP COLUMN marked");
  db.exec("CREATE TABLE lists_behind (behind INTEGER PRIMARY KEY) STRICT");
  db.exec("ALTER TABLE join_edge DROP COLUMN other_studio");
  if (version < 6) {
    db.exec("DROP INDEX list_entry_unsearchable; ALTER TABLE list_entry DROP COLUMN search_sealed");
    db.exec("CREATE VIRTUAL TABLE search USING fts5 (tokens, tokenize = 'unicode61', detail = none)");
  }
  db.exec("PRAGMA user_version = " + std::to_string(version));
}

}  // namespace

TEST_SUITE("client-sdk/store/lists") {
  TEST_CASE("texts of an earlier version are made anew some at a time, by a search or a sync, and not by opening") {
    TwoPhones phones("lists-batches");
    std::string last;
    for (int i = 0; i < 450; ++i) last = phones.a.make("{\"title\":\"第" + std::to_string(i) + "盏路灯\"}");
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    forget_texts(phones.a);
    Phone again = phones.a.open_again();
    CHECK(PhoneInternals::core(again).db().opened() < 10);
    CHECK(old_entries(phones.a) == 450);
    for (const std::int64_t left : {250, 50, 0}) {
      const Result<bool> more = core.renew_some_lists();
      REQUIRE(more.has_value());
      CHECK(*more == (left > 0));
      CHECK(old_entries(phones.a) == left);
    }
    forget_texts(phones.a);
    CHECK(finds(phones.a, "第449盏", last));
    CHECK(old_entries(phones.a) == 0);
    forget_texts(phones.a);
    CHECK(must(phones.a.phone->record(phones.a.view(last).provisional_no)).id == last);
    forget_texts(phones.a);
    phones.a.sync();
    CHECK(old_entries(phones.a) == 0);
  }

  TEST_CASE("a record that cannot be read is tried once, and found again when it was mended") {
    TwoPhones phones("lists-unread");
    const std::string lost = phones.a.make(R"({"title":"路灯"})"), other = phones.a.make(R"({"title":"井盖"})");
    phones.a.sync();
    const std::string whole = phone_rows(phones.a, phones.server.studio).at(lost);
    put_phone_row(phones.a, phones.server.studio, lost, "no row");
    forget_texts(phones.a);
    CHECK(finds(phones.a, "井盖", other));
    CHECK(must(phones.a.phone->find("路灯")).empty());
    CHECK(old_entries(phones.a) == 0);
    CHECK(must(phones.a.phone->list()).items.size() == 2);
    must(phones.a.phone->status());
    for (int i = 0; i < 4; ++i) phones.a.sync();
    CHECK(phone_rows(phones.a, phones.server.studio).at(lost) == whole);
    CHECK(finds(phones.a, "路灯", lost));
  }

  TEST_CASE("a file of an earlier version is searched whole after it was opened") {
    for (const int version : {5, 6}) {
      CAPTURE(version);
      FakeServer server;
      TestPhone phone(server, "lists-version-" + std::to_string(version));
      phone.enrol(server.code_for(server.add_member("李红", "convener")));
      phone.sync();
      const std::string record = phone.make(R"({"title":"路灯","participants":{"赵小六":{"unit":"交警队"}}})");
      const std::string number = phone.view(record).provisional_no;
      phone.make_plain();
      set_back(phone.path, version);
      phone.phone = std::make_unique<Phone>(phone.open_again());
      CHECK(must(phone.phone->list()).items.size() == 1);
      CHECK(must(phone.phone->record(number)).id == record);
      CHECK(finds(phone, "交警队", record));
      CHECK_FALSE(must(phone.phone->list()).items.front().missing.empty());
    }
  }

  TEST_CASE("new kinds change what is found") {
    TwoPhones phones("lists-kinds");
    const std::string record = phones.a.make(R"({"title":"路灯","remarks":"雨后路滑"})");
    phones.a.sync();
    CHECK(finds(phones.a, "路滑", record));
    phones.server.set_kinds(
        kinds_with("micro_consultation", R"("length_max": 2000, "search": true)", R"("length_max": 2000)", 2));
    phones.a.sync();
    CHECK(must(phones.a.phone->find("路滑")).empty());
    CHECK(finds(phones.a, "路灯", record));
  }

  TEST_CASE("numbers and places are looked up by an index, and numbers lie nowhere in clear") {
    TwoPhones phones("lists-plans");
    CHECK(plan(phones.a, plan_of_place).find("list_entry_of_place") != std::string::npos);
    CHECK(plan(phones.a, plan_of_number).find("record_number_by_number") != std::string::npos);
  }
}

}  // namespace lianxin::client
