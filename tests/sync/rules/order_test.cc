// Whatever order changes arrive in, released or not, the same must come of them: one case for each place where it once
// did not.
#include <doctest/doctest.h>

#include "sync/model/view.h"
#include "sync/server/release.h"
#include "sync/server/witness.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Write unit_of(const char* person, Value value, std::vector<ChangeId> bases = {}) {
  return {{"people", person, "unit"}, Op::put, std::move(value), {}, std::move(bases), {}};
}

std::vector<ChangeId> heads_at(Bench& bench, const std::string& address) {
  std::vector<ChangeId> ids;
  const Row row = bench.row();
  if (const Cell* cell = row.cell(address)) {
    for (const Head& head : cell->heads) ids.push_back(head.id);
  }
  return ids;
}

ChangeId long_id(int number) {
  ChangeId id;
  id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[1] = static_cast<std::uint8_t>(number & 255);
  id.bytes[15] = 1;
  return id;
}

using Ids = std::vector<ChangeId>;

TEST_SUITE("sync/rules/order") {
  TEST_CASE("three hundred edits of an attribute leave one reason and a remove can name it (PROTOCOL 3.5)") {
    Bench bench;
    std::vector<std::string> lines;
    for (int i = 1; i <= 300; ++i) {
      Change edit = bench.change(1, 1, {unit_of("k", "v" + std::to_string(i), i > 1 ? Ids{long_id(i - 1)} : Ids{})});
      edit.id = long_id(i);
      lines.push_back(line_of(edit));
    }
    REQUIRE(bench.send(1, lines));
    REQUIRE(heads_at(bench, "people/k") == Ids{long_id(300)});
    Change remove = bench.change(1, 7, {element("people/k", Op::remove, heads_at(bench, "people/k"))});
    REQUIRE(bench.send(1, remove)->applied == 1);
    CHECK(shown_elements(bench.catalog, bench.row(), "people").empty());
  }
  TEST_CASE("one change that writes two attributes gives one reason that takes what either names (PROTOCOL 3.5)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {unit_of("k", "a")}));
    (void)bench.send(1, bench.change(1, 2, {{{"people", "k", "other"}, Op::put, "b", {}, {}, {}}}));
    const Write other{{"people", "k", "other"}, Op::put, "d", {}, {c(2)}, {}};
    (void)bench.send(2, bench.change(2, 3, {unit_of("k", "c", {c(1)}), other}));
    CHECK(heads_at(bench, "people/k") == Ids{c(3)});
  }
  TEST_CASE("a held edit of an attribute is looked through for its element in either order (PROTOCOL 3.2 and 3.5)") {
    for (const bool held_first : {false, true}) {
      CAPTURE(held_first);
      Bench bench;
      (void)bench.send(1, bench.change(1, 1, {unit_of("k", "a")}));
      Change held = bench.change(1, 2, {unit_of("k", "b", {c(1)})});
      held.kinds_version = 9;
      const Change remove = bench.change(2, 3, {element("people/k", Op::remove, {c(2)})});
      if (held_first) (void)bench.send(1, held);
      (void)bench.send(2, remove);
      if (!held_first) (void)bench.send(1, held);
      CHECK(heads_at(bench, "people/k").empty());
    }
  }
  TEST_CASE("looking through a held write takes no head of higher authority than that write's (PROTOCOL 3.2 and 3.4)") {
    for (const int held_at : {0, 1, 2}) {
      CAPTURE(held_at);
      Bench bench;
      Change held = bench.change(1, 2, {put("verdict", "low", {c(1)})});
      held.kinds_version = 3;
      if (held_at == 0) (void)bench.send(1, held);
      (void)bench.send(9, bench.change(9, 1, {put("verdict", "high")}));
      if (held_at == 1) (void)bench.send(1, held);
      (void)bench.send(9, bench.change(9, 3, {put("verdict", "over the low", {c(2)})}));
      if (held_at == 2) (void)bench.send(1, held);
      CHECK(heads_at(bench, "verdict") == Ids{c(1), c(3)});
      bench.catalog.version = 3;
      const ChangeId waiting[] = {c(2)};
      REQUIRE(release_known_kinds(bench.store, bench.studio, bench.rules(), waiting) == std::size_t{1});
      CHECK(heads_at(bench, "verdict") == Ids{c(1), c(3)});
    }
  }
  TEST_CASE("a delete lists of each member the last write that had not seen it in any order (PROTOCOL 3.8)") {
    for (const int delete_at : {0, 1, 2}) {
      CAPTURE(delete_at);
      Bench bench;
      const Change deletion = bench.change(1, 9, {put("_deleted", true)}, "twice");
      for (int i = 0; i < 3; ++i) {
        if (i == delete_at) (void)bench.send(1, deletion);
        const auto id = static_cast<std::uint8_t>(i + 1);
        if (i < 2) (void)bench.send(2, bench.change(2, id, {put("place", "v" + std::to_string(i))}));
      }
      const Row row = bench.row();
      REQUIRE(row.cell("_deleted"));
      CHECK(row.cell("_deleted")->heads.at(0).contested == Ids{c(2)});
    }
  }
  TEST_CASE("of two who settle a field written once neither is held whoever comes first (PROTOCOL 3.4)") {
    for (const bool other_first : {false, true}) {
      CAPTURE(other_first);
      Bench bench;
      (void)bench.send(1, bench.change(1, 1, {put("origin", "a")}));
      (void)bench.send(2, bench.change(2, 2, {put("origin", "b")}));
      const Change one = bench.change(1, 3, {put("origin", "a", {c(1), c(2)})});
      const Change other = bench.change(2, 4, {put("origin", "b", {c(1), c(2)})});
      if (other_first) (void)bench.send(2, other);
      (void)bench.send(1, one);
      if (!other_first) (void)bench.send(2, other);
      CHECK(heads_at(bench, "origin") == Ids{c(3), c(4)});
      CHECK(bench.row().held.empty());
    }
  }
  TEST_CASE("a field written once is not overwritten by who names one write or two of one value (PROTOCOL 3.4)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("origin", "a")}));
    (void)bench.send(2, bench.change(2, 2, {put("origin", "a")}));
    (void)bench.send(2, bench.change(2, 3, {put("origin", "b", {c(1), c(2)})}));
    CHECK(bench.log().back().code == "once");
    (void)bench.send(2, bench.change(2, 4, {put("origin", "b", {c(1)})}));
    CHECK(bench.log().back().code == "once");
    CHECK(bench.shown_value("origin") == Value("a"));
  }
  TEST_CASE("a step that a witnessed one named enters as history when it comes (PROTOCOL 3.7 and 6.2)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 9, {put("title", "a")}));
    OfferedHead offered{bench.record, "visit", {"state", {}, {}}, {}};
    offered.head.id = c(2);
    offered.head.value = "assigned";
    offered.head.cycle = 1;
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(9);
    offered.head.role = "coordinator";
    offered.head.bases = {c(1)};
    const Access asker = access_of(Bench::member(9), bench.grants, bench.place, bench.now_ms);
    const auto taken =
        take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), std::vector{offered});
    REQUIRE(taken == std::size_t{1});
    (void)bench.send(1, bench.change(1, 1, {step("state", "open", "triaged")}));
    CHECK(heads_at(bench, "state") == Ids{c(2)});
    REQUIRE(bench.row().cell("state")->step(c(1)));
    CHECK(bench.row().cell("state")->pending.empty());
  }
}

}  // namespace
}  // namespace lianxin
