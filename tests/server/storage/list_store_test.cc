#include "server/storage/list_store.h"

#include <doctest/doctest.h>

#include "server/storage/sqlite/sqlite_list_store.h"
#include "tests/server/storage/addition.h"
#include "tests/server/storage/engines.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::storage_test;

namespace {

struct Desk {
  SqliteEngine engine;
  SqliteListStore lists{engine.database()};

  void put(std::uint32_t record, const std::string& date, const std::function<void(NextChange&)>& alter = {},
           const StudioId& to = studio) {
    NextChange change;
    change.record = id_of<RecordId>(record);
    change.summary.date = date;
    change.summary.title = "title " + std::to_string(record);
    if (alter) alter(change);
    REQUIRE(add(engine.store(), to, change));
  }

  std::vector<std::uint32_t> found(const ListQuery& query) {
    std::vector<std::uint32_t> records;
    const auto page = lists.list(query);
    REQUIRE(page);
    for (const ListedRow& row : page->rows) records.push_back(row.record.bytes[15]);
    return records;
  }
};

ListQuery all(std::vector<StudioId> studios = {studio}) {
  ListQuery query;
  query.studios = std::move(studios);
  return query;
}

using Records = std::vector<std::uint32_t>;

std::string encoded_text(const StoredRow& row) { return row.encoded; }

}  // namespace

TEST_SUITE_BEGIN("server/storage/list");

TEST_CASE("a list is newest first and carries the summary") {
  Desk desk;
  desk.put(1, "2026-03-01");
  desk.put(2, "2026-03-03", [](NextChange& change) {
    change.summary.region = "320583104";
    change.summary.created_by = id_of<MemberId>(4);
    change.summary.conflicts = 2;
    change.summary.joined = true;
  });
  desk.put(3, "2026-03-03");
  const auto page = desk.lists.list(all());
  REQUIRE(page);
  REQUIRE(page->rows.size() == 3);
  CHECK(page->next.empty());
  CHECK(desk.found(all()) == Records{3, 2, 1});
  const ListedRow& row = page->rows[1];
  CHECK(row.studio == studio);
  CHECK(row.kind == "visit");
  CHECK(row.last_seq == 2);
  CHECK(row.summary.title == "title 2");
  CHECK(row.summary.region == "320583104");
  CHECK(row.summary.created_by == id_of<MemberId>(4));
  CHECK(row.summary.conflicts == 2);
  CHECK(row.summary.joined);
}

TEST_CASE("each filter leaves out what it says") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) { c.summary.state = "open", c.summary.region = "320583104201"; });
  desk.put(2, "2026-03-02", [](NextChange& c) { c.summary.review = "accepted", c.kind = "clinic"; });
  desk.put(3, "2026-03-03", [](NextChange& c) { c.summary.conflicts = 1, c.summary.revised = true; });
  desk.put(4, "2026-03-04", [](NextChange& c) { c.summary.held = 1; });
  desk.put(5, "2026-03-05", [](NextChange& c) { c.summary.deleted = true; });
  desk.put(6, "");
  const auto with = [&](const std::function<void(ListQuery&)>& set) {
    ListQuery query = all();
    set(query);
    return desk.found(query);
  };
  CHECK(desk.found(all()) == Records{4, 3, 2, 1, 6});
  CHECK(with([](ListQuery& q) { q.with_deleted = true; }) == Records{5, 4, 3, 2, 1, 6});
  CHECK(with([](ListQuery& q) { q.kind = "clinic"; }) == Records{2});
  CHECK(with([](ListQuery& q) { q.kinds_not = {"visit", "other"}; }) == Records{2});
  CHECK(with([](ListQuery& q) { q.kind = "clinic", q.kinds_not = {"clinic"}; }).empty());
  CHECK(with([](ListQuery& q) { q.from = "2026-03-02", q.to = "2026-03-03"; }) == Records{3, 2});
  CHECK(with([](ListQuery& q) { q.to = "2026-03-02"; }) == Records{2, 1});
  CHECK(with([](ListQuery& q) { q.state = "open"; }) == Records{1});
  CHECK(with([](ListQuery& q) { q.review = "accepted"; }) == Records{2});
  CHECK(with([](ListQuery& q) { q.region_prefix = "320583104"; }) == Records{1});
  CHECK(with([](ListQuery& q) { q.with_conflict = true; }) == Records{3});
  CHECK(with([](ListQuery& q) { q.with_held = true; }) == Records{4});
  CHECK(with([](ListQuery& q) { q.revised = true; }) == Records{3});
}

TEST_CASE("pages neither repeat nor miss a row while others are put in") {
  Desk desk;
  const StudioId other = id_of<StudioId>(2);
  for (std::uint32_t i = 1; i <= 20; ++i)
    desk.put(i, "2026-03-" + std::to_string(10 + i / 4), {}, i % 2 ? studio : other);
  ListQuery query = all({studio, other});
  query.rows_max = 3;
  Records seen;
  for (std::uint32_t round = 0;; ++round) {
    const auto page = desk.lists.list(query);
    REQUIRE(page);
    CHECK(page->rows.size() <= 3);
    for (const ListedRow& row : page->rows) {
      if (row.record.bytes[15] <= 20) seen.push_back(row.record.bytes[15]);
    }
    if (page->next.empty()) break;
    query.after = page->next;
    desk.put(100 + 2 * round, "2026-04-01");             // before all pages
    desk.put(101 + 2 * round, "2026-03-01", {}, other);  // behind them
    REQUIRE(round < 50);
  }
  std::sort(seen.begin(), seen.end());
  Records expected(20);
  for (std::uint32_t i = 0; i < 20; ++i) expected[i] = i + 1;
  CHECK(seen == expected);
}

TEST_CASE("a page may end between two studios' rows of the same id and day") {
  Desk desk;
  const StudioId other = id_of<StudioId>(2);
  desk.put(1, "2026-03-01");
  desk.put(1, "2026-03-01", {}, other);
  ListQuery query = all({studio, other});
  query.rows_max = 1;
  const auto first = desk.lists.list(query);
  REQUIRE(first);
  query.after = first->next;
  const auto second = desk.lists.list(query);
  REQUIRE(second);
  REQUIRE(second->rows.size() == 1);
  CHECK(second->rows[0].studio != first->rows[0].studio);
  CHECK(second->next.empty());
}

TEST_CASE("a place to go on from that was never given out is refused") {
  Desk desk;
  ListQuery query = all();
  query.after = "2026-03-01/nothing";
  CHECK(desk.lists.list(query).error().code == Errc::invalid_argument);
}

TEST_CASE("a word of two characters is found inside running text") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) { c.encoded = "村口变压器旁的彩石路口需要修整"; });
  desk.put(2, "2026-03-02", [](NextChange& c) { c.encoded = "彩石与路口, BP monitor"; });
  desk.put(
      3, "2026-03-03", [](NextChange& c) { c.encoded = "彩石路口"; }, id_of<StudioId>(2));
  ListQuery query = all();
  query.words = "路口";
  const auto before = desk.lists.list(query);
  REQUIRE(before);
  CHECK(before->rows.empty());
  CHECK(before->indexed_to_lag == 2);

  while (*desk.lists.index_some(1, encoded_text)) {
  }
  CHECK(desk.found(query) == Records{2, 1});
  CHECK(desk.lists.list(query)->indexed_to_lag == 0);
  const auto with = [&](const char* words) {
    query.words = words;
    return desk.found(query);
  };
  CHECK(with("变压器") == Records{1});
  CHECK(with("彩石路口") == Records{1});
  CHECK(with("路口　彩石") == Records{2, 1});
  CHECK(with("bp") == Records{2});
  CHECK(with("monit") == Records{2});
  CHECK(with("彩") == Records{2, 1});
  CHECK(with("石彩").empty());
  CHECK(with("\"* OR").empty());
  CHECK(with("，。").empty());
}

TEST_CASE("a changed row is found by its new words only") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) { c.encoded = "高血压"; });
  CHECK_FALSE(*desk.lists.index_some(10, encoded_text));
  desk.put(1, "2026-03-01", [](NextChange& c) { c.encoded = "糖尿病"; });
  CHECK_FALSE(*desk.lists.index_some(10, encoded_text));
  ListQuery query = all();
  query.words = "血压";
  CHECK(desk.found(query).empty());
  query.words = "糖尿";
  CHECK(desk.found(query) == Records{1});
}

TEST_CASE("the index follows anew after rows were replaced") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) { c.encoded = "高血压"; });
  REQUIRE(desk.lists.index_some(10, encoded_text));
  ListQuery query = all();
  REQUIRE(desk.engine.store().write(studio, [](WriteTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    StoredRow row{id_of<RecordId>(1), "visit", 1, "低血压", {}};
    return txn.replace_rows(std::span(&row, 1), head);
  }));
  query.words = "低血";
  CHECK(desk.found(query).empty());
  REQUIRE(desk.lists.index_some(10, encoded_text));
  CHECK(desk.found(query) == Records{1});
}

TEST_CASE("held changes nobody decided are listed oldest first until they are") {
  Desk desk;
  const StudioId other = id_of<StudioId>(2);
  const auto held = [](std::uint32_t change) {
    return [change](NextChange& c) {
      c.id = id_of<ChangeId>(change);
      c.held = true;
      c.summary.held_open = {id_of<ChangeId>(change)};
    };
  };
  desk.put(1, "2026-03-01", held(51));
  desk.put(2, "2026-03-01", held(52));
  desk.put(3, "2026-03-01", held(53), other);
  const std::vector both{studio, other};
  const auto open = desk.lists.held_open(both, 10);
  REQUIRE(open);
  REQUIRE(open->size() == 3);
  CHECK(open->front().line.id == id_of<ChangeId>(51));
  CHECK(open->front().line.code == "value_range");
  CHECK(open->front().kind == "visit");
  CHECK(desk.lists.held_open(both, 2)->size() == 2);

  // Each line once, whatever a page holds and though all came at one moment.
  std::vector<ChangeId> met;
  std::optional<HeldPlace> after;
  while (true) {
    const auto page = desk.lists.held_open_after(both, after, 1);
    REQUIRE(page);
    if (page->empty()) break;
    met.push_back(page->front().line.id);
    after = place_of(page->front());
  }
  std::vector<ChangeId> all;
  for (const HeldLine& line : *open) all.push_back(line.line.id);
  CHECK(met == all);

  desk.put(1, "2026-03-01");  // decided: the row no longer names it
  CHECK(desk.lists.held_open(both, 10)->size() == 2);
  CHECK(desk.lists.held_open(std::span(&other, 1), 10)->front().studio == other);
}

TEST_CASE("a record is found by what an indexed field shows") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) {
    c.summary.indexed = {{"visit_id", "abc"}, {"tags", Value::List{"a", "b"}}, {"count", 3}, {"empty", Value()}};
  });
  const auto count = [&](const std::string& field, const Value& value, const std::string& kind = "visit") {
    return desk.lists.with_field(studio, kind, field, value)->size();
  };
  CHECK(count("visit_id", "abc") == 1);
  CHECK(count("visit_id", "abd") == 0);
  CHECK(count("visit_id", "abc", "clinic") == 0);
  CHECK(count("tags", "b") == 1);
  CHECK(count("count", 3) == 1);
  CHECK(desk.lists.with_field(studio, "visit", "empty", Value()).error().code == Errc::invalid_argument);
  const auto among = [&](const std::vector<std::string>& texts) {
    return desk.lists.with_field_among(studio, "tags", texts)->size();
  };
  CHECK(among({"a", "b", "c"}) == 2);
  CHECK(among({"c"}) == 0);
  CHECK(among({}) == 0);
  desk.put(1, "2026-03-01");
  CHECK(count("visit_id", "abc") == 0);
}

TEST_CASE("totals count records and what waits in them") {
  Desk desk;
  desk.put(1, "2026-03-01", [](NextChange& c) { c.summary.conflicts = 2, c.summary.held = 1; });
  desk.put(2, "2026-03-01", [](NextChange& c) { c.summary.deleted = true; });
  desk.put(3, "2026-03-01", [](NextChange& c) { c.kind = "_unreadable", c.summary.held = 1; });
  const std::vector studios{studio, id_of<StudioId>(2)};
  const auto totals = desk.lists.totals(studios);
  REQUIRE(totals);
  CHECK(totals->records == 1);
  CHECK(totals->conflicts == 2);
  CHECK(totals->held == 2);
  CHECK(totals->search_lag == 3);
  while (*desk.lists.index_some(1, encoded_text)) {
  }
  CHECK(desk.lists.totals(studios)->search_lag == 0);
}

TEST_SUITE_END();
