#include "sync/log/summary.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// A kind that says which of its fields are title and day.
struct Listed : Bench {
  Listed() {
    Kind& kind = catalog.kinds.at("visit");
    kind.title_field = "title";
    kind.date_field = "place";
    for (Field& field : kind.fields) field.index = field.name == "verdict" || field.name == "headcount";
  }
  RowSummary summary() { return summary_of(catalog, row()); }
};

TEST_SUITE("sync/log/summary") {
  TEST_CASE_FIXTURE(Listed, "a list shows title, day, state and review as the record does") {
    REQUIRE(send(1, change(1, 1, {put("title", "甲"), put("place", "2026-05-12"), count("headcount", 3)})));
    REQUIRE(send(1, change(1, 2, {step("state", "open", "triaged"), step("_review", "draft", "submitted")})));
    const RowSummary shown = summary();
    CHECK(shown.title == "甲");
    CHECK(shown.date == "2026-05-12");
    CHECK(shown.state == "triaged");
    CHECK(shown.review == "submitted");
    CHECK(shown.created_by == member(1));
    CHECK(shown.created_ms == now_ms);
    CHECK(shown.indexed == std::map<std::string, Value>{{"headcount", 3}});
    CHECK_FALSE(shown.deleted);
    CHECK_FALSE(shown.joined);
    CHECK(shown.conflicts == 0);
    CHECK(shown.held == 0);
  }
  TEST_CASE_FIXTURE(Listed, "the day of a record that has none is the day it was made, in Shanghai") {
    REQUIRE(send(1, change(1, 1, {put("title", "甲")})));
    CHECK(summary().date == "2026-09-21");
  }
  TEST_CASE_FIXTURE(Listed, "a list counts what waits for a person") {
    REQUIRE(send(1, change(1, 1, {put("title", "甲")})));
    REQUIRE(send(1, change(1, 2, {put("verdict", "a", {})})));
    REQUIRE(send(2, change(2, 3, {put("verdict", "b", {})})));
    REQUIRE(send(2, change(2, 4, {put("no_such_field", "b")})));
    const RowSummary shown = summary();
    CHECK(shown.conflicts == 1);
    CHECK(shown.held == 1);
    CHECK(shown.held_open == std::vector<ChangeId>{c(4)});
  }
  TEST_CASE_FIXTURE(Listed, "a record of which all is held is its author's, of when it came") {
    REQUIRE(send(1, change(1, 1, {put("no_such_field", "x")})));
    const RowSummary shown = summary();
    CHECK(shown.created_by == member(1));
    CHECK(shown.created_ms == now_ms);
    CHECK(shown.held == 1);
    CHECK(row().created_on == device_of(1).device);
  }
  TEST_CASE_FIXTURE(Listed, "of a kind that nobody knows a list shows the day it came") {
    REQUIRE(send(1, change(1, 1, {put("title", "甲")})));
    Row unknown = row();
    unknown.kind = "no_such_kind";
    const RowSummary shown = summary_of(catalog, unknown);
    CHECK(shown.title.empty());
    CHECK(shown.date == "2026-09-21");
  }
}

}  // namespace
}  // namespace lianxin
