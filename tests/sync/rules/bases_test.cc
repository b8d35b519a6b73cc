#include "sync/rules/bases.h"

#include <doctest/doctest.h>

#include "sync/rules/merge.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

using Ids = std::vector<ChangeId>;

// One row on a screen.
struct Screen {
  Catalog catalog = test_catalog(2);
  Row row;

  Head& head(const char* at, std::uint8_t id, Value value) {
    Head& made = row.cells[at].heads.emplace_back();
    made.id = c(id);
    made.value = std::move(value);
    made.clock = Hlc{id};
    return made;
  }
  Head& step_taken(std::uint8_t id, const char* state, Ids bases = {}) {
    Head& made = head("state", id, state);
    made.bases = std::move(bases);
    made.cycle = 1;
    made.rank = catalog.ladder("work")->rung(state)->rank;
    return made;
  }
  // assigned (2) and rejected (3), both taken from triaged (1).
  void tie() {
    row.cells["state"].history = {step_taken(1, "triaged")};
    row.cells["state"].heads.clear();
    step_taken(2, "assigned", {c(1)});
    step_taken(3, "rejected", {c(1)});
  }
  Write edit(const char* at, Op op, Value value = {}) const {
    return edit_of(catalog, "visit", row, *Address::parse(at), op, std::move(value));
  }
  Write resolution(const char* at, Op op, Value value) const {
    return resolution_of(catalog, "visit", row, *Address::parse(at), op, std::move(value));
  }
};

TEST_SUITE("sync/rules/bases") {
  TEST_CASE_FIXTURE(Screen, "an edit names every head of the shown value and no other (PROTOCOL 3.11)") {
    CHECK(edit("title", Op::put, "x").bases.empty());
    head("title", 1, "a");
    head("title", 2, "b");
    head("title", 3, "b");
    CHECK(edit("title", Op::put, "x").bases == Ids{c(2), c(3)});
    CHECK(resolution("title", Op::put, "x").bases == Ids{c(1), c(2), c(3)});
  }
  TEST_CASE_FIXTURE(Screen, "a quiet field's edit names every head (PROTOCOL 3.11)") {
    head("place", 1, "a");
    head("place", 2, "b");
    CHECK(edit("place", Op::put, "x").bases == Ids{c(1), c(2)});
  }
  TEST_CASE_FIXTURE(Screen, "an element names its own heads and a counter and an append none (PROTOCOL 3.11)") {
    head("people/ann", 1, {});
    head("people/ann", 2, {});
    head("people/bo", 3, {});
    head("headcount", 4, 2);
    head("log", 5, "x");
    CHECK(edit("people/ann", Op::add).bases == Ids{c(1), c(2)});
    CHECK(edit("people/ann", Op::remove).bases == Ids{c(1), c(2)});
    CHECK(edit("headcount", Op::count, 1).bases.empty());
    CHECK(edit("log", Op::append, "y").bases.empty());
  }
  TEST_CASE_FIXTURE(Screen, "a step up names every head of the shown state and the first step none (PROTOCOL 3.11)") {
    const Write first = edit("state", Op::step, "triaged");
    CHECK(first.bases.empty());
    CHECK(first.from == "open");
    step_taken(1, "triaged");
    step_taken(2, "triaged");
    const Write up = edit("state", Op::step, "assigned");
    CHECK(up.bases == Ids{c(1), c(2)});
    CHECK(up.from == "triaged");
  }
  TEST_CASE_FIXTURE(Screen, "a step up leaves the lower heads and a step down takes all back (PROTOCOL 3.11)") {
    step_taken(1, "triaged");
    step_taken(2, "assigned");
    CHECK(edit("state", Op::step, "done").bases == Ids{c(2)});
    CHECK(edit("state", Op::step, "rejected").bases == Ids{c(1), c(2)});  // aside
    CHECK(edit("state", Op::step, "open").bases == Ids{c(1), c(2)});
  }
  TEST_CASE_FIXTURE(Screen,
                    "between two equal steps an ordinary one moves on from the last common (PROTOCOL 3.7, 3.11)") {
    tie();
    const Write up = edit("state", Op::step, "assigned");
    CHECK(up.from == "triaged");
    CHECK(up.bases == Ids{c(1)});
    CHECK(edit("state", Op::step, "open").bases == Ids{c(1), c(2), c(3)});
  }
  TEST_CASE_FIXTURE(Screen,
                    "a resolution of two equal steps names both and is a resolver's alone (PROTOCOL 3.7, 3.11)") {
    tie();
    const Write settled = resolution("state", Op::step, "rejected");
    CHECK(settled.bases == Ids{c(2), c(3)});
    CHECK(settled.from == "triaged");
    const CellRule rule = rule_of(catalog, "visit", {"state", {}, {}});
    const Cell& cell = row.cells["state"];
    const std::vector<std::string> coordinator{"coordinator"}, convener{"convener"};
    CHECK(judge_step(rule, cell, settled, coordinator).refusal.empty());
    CHECK_FALSE(judge_step(rule, cell, settled, convener).refusal.empty());
  }
}

}  // namespace
}  // namespace lianxin
