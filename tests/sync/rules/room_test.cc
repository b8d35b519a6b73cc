#include "sync/rules/room.h"

#include <doctest/doctest.h>

#include "schema/json.h"
#include "sync/model/limits.h"
#include "tests/sync/rules/played.h"

namespace lianxin {
namespace {

Write append(Value::Object entry) { return {{"log", {}, {}}, Op::append, Value(std::move(entry)), {}, {}, {}}; }

TEST_SUITE("sync/rules/room") {
  TEST_CASE("no change makes a row longer than is reckoned for it") {
    Bench bench;
    Played played(bench.catalog, "visit", "_review");
    const std::string quotes(300, '"'), controls(50, '\x01');
    std::vector<ChangeId> many;
    for (std::uint8_t i = 1; i < 200; ++i) many.push_back(c(i));
    const std::vector<std::vector<Write>> acts = {
        {put("title", "a")},
        {put("title", quotes, many), put("place", controls)},
        {put("title", "c", {c(0xF0)}), count("headcount", -5)},
        {element("people/" + std::string(150, '"'), Op::add, many)},
        {put("people/张三/unit", quotes, many)},
        {element("people/张三", Op::remove, {c(0xF1), c(0xF2)})},
        {append({{"text", quotes}}), put("origin", "x")},
        {played.step_to("submitted")},
        {put("_deleted", true)},
        {put("_deleted", Value(), {c(9)}), put("consent", "withdrawn")},
        {put(std::string(held_field) + "/" + c(0x42).text(), "dismiss")},
    };
    for (const std::vector<Write>& act : acts) {
      const Change change = played.change_of(act, quotes);
      CAPTURE(line_of(change));
      const Row before = played.row;
      played.take(change, "coordinator", Bench::noon_ms);
      CHECK(encode_row(played.row).size() <= encode_row(before).size() + growth_of(before, change));
    }
  }
  TEST_CASE("each bound holds at its edge and not before (PROTOCOL 7)") {
    Bench bench;
    Row row;
    row.kind = "visit";
    Access author{Bench::member(1), {"convener"}, Sensitivity::internal};
    std::size_t bytes = 0;
    const HasRoom has_room = [&](std::size_t growth, std::size_t bytes_max) { return bytes + growth <= bytes_max; };
    const auto judged = [&](std::vector<Write> writes) {
      const auto refusal = judge_room(row, bench.change(1, 1, std::move(writes)), author, has_room);
      return refusal ? refusal->code + " " + refusal->field : std::string();
    };
    SUBCASE("entries of one cell") {
      Cell& cell = row.cells["headcount"];
      for (std::size_t i = 0; i + 1 < limits::entries_max; ++i) cell.heads.emplace_back();
      CHECK(judged({count("headcount", 1)}).empty());
      cell.heads.emplace_back();
      CHECK(judged({count("headcount", 1)}) == "record_full headcount");
      CHECK(judged({put("title", "a")}).empty());
    }
    SUBCASE("steps, of which most are history") {
      Cell& cell = row.cells["_review"];
      for (std::size_t i = 0; i < limits::entries_max; ++i) cell.history.emplace_back();
      CHECK(judged({step("_review", "draft", "submitted")}) == "record_full _review");
    }
    SUBCASE("cells, an attribute with its element") {
      for (std::size_t i = 0; i + 2 < limits::cells_max; ++i) row.cells["people/" + std::to_string(i)];
      CHECK(judged({put("people/x/unit", "a")}).empty());
      row.cells["title"];
      CHECK(judged({put("people/x/unit", "a")}) == "record_full ");
      CHECK(judged({element("people/x", Op::add)}).empty());
      row.cells["place"];
      CHECK(judged({element("people/x", Op::add)}) == "record_full ");
      CHECK(judged({element("people/0", Op::add)}).empty());
      CHECK(judged({element("people/0", Op::remove)}).empty());
    }
    SUBCASE("bytes, of which who decides has more") {
      const Change change = bench.change(1, 1, {put("title", "a")});
      bytes = limits::row_bytes_max - limits::row_reserve_bytes - growth_of(row, change);
      CHECK(judged({put("title", "a")}).empty());
      ++bytes;
      CHECK(judged({put("title", "a")}) == "record_full ");
      author.roles = {"coordinator"};
      CHECK(judged({put("title", "a")}).empty());
      bytes += limits::row_reserve_bytes - 1;
      CHECK(judged({put("title", "a")}).empty());
      ++bytes;
      CHECK(judged({put("title", "a")}) == "record_full ");
      author = server_access(Bench::member(0xEE));
      CHECK(judged({put("title", "a")}).empty());
      Write witness = put("title", {});
      witness.op = Op::witness;
      CHECK(judged({witness}) == "record_full ");
    }
    SUBCASE("held changes beside it") {
      Change change = bench.change(1, 1, {put("title", "a")});
      row.held.resize(limits::held_marks_max - 1);
      CHECK(room_to_hold(row, change, has_room));
      row.held.emplace_back();
      CHECK_FALSE(room_to_hold(row, change, has_room));
      row.held.clear();
      change.writes[0].bases.resize(limits::held_bases_max);
      CHECK(room_to_hold(row, change, has_room));
      change.writes.push_back(put("place", "b", {c(1)}));
      CHECK_FALSE(room_to_hold(row, change, has_room));
    }
  }
}

}  // namespace
}  // namespace lianxin
