#include <doctest/doctest.h>

#include "sync/rules/merge.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

struct Stair {
  Catalog catalog = test_catalog(2);
  CellRule rule = rule_of(catalog, "visit", {"state", {}, {}});
  Cell cell;
  std::vector<std::string> roles{"convener"};

  StepVerdict judged(const std::string& from, const std::string& to, std::vector<ChangeId> bases) {
    return judge_step(rule, cell, step("state", from, to, std::move(bases)), roles);
  }
  std::string_view take(std::uint8_t id, const std::string& from, const std::string& to, std::vector<ChangeId> bases) {
    const StepVerdict verdict = judged(from, to, bases);
    if (!verdict.refusal.empty()) return verdict.refusal;
    Head head;
    head.id = c(id);
    head.value = to;
    head.clock = Hlc{id};
    head.bases = std::move(bases);
    head.cycle = verdict.cycle;
    head.rank = verdict.rank;
    merge_step(cell, std::move(head));
    return {};
  }
  std::string state() const { return *shown(rule, cell).value.text(); }
  std::size_t rivals() const { return conflict(rule, cell).size(); }
};

TEST_SUITE("sync/rules/ladder") {
  TEST_CASE("a record that no step has touched stands at the foot (PROTOCOL 3.7)") { CHECK(Stair().state() == "open"); }
  TEST_CASE("a step is judged by its base and not by the state on arrival (PROTOCOL 3.7)") {
    Stair stair;
    CHECK(stair.take(1, "open", "triaged", {}) == "");
    CHECK(stair.take(2, "triaged", "assigned", {c(1)}) == "");
    CHECK(stair.take(3, "triaged", "rejected", {c(1)}) == "");
    CHECK(stair.judged("open", "assigned", {c(1)}).refusal == "step_from_mismatch");
    CHECK(stair.judged("triaged", "done", {c(1)}).refusal == "step_unknown");
    CHECK(stair.judged("triaged", "assigned", {c(9)}).refusal == "base_missing");
  }
  TEST_CASE("a step that the author's role may not take is refused (PROTOCOL 3.7)") {
    Stair stair;
    stair.roles = {"member"};
    CHECK(stair.judged("open", "triaged", {}).refusal == "step_not_allowed");
    stair.roles.clear();
    CHECK(stair.judged("open", "triaged", {}).refusal == "step_not_allowed");
  }
  TEST_CASE("two equal steps are a conflict and the last common one stays shown (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "triaged", "rejected", {c(1)});
    CHECK(stair.rivals() == 2);
    CHECK(stair.state() == "triaged");
  }
  TEST_CASE("only a resolver settles two equal steps (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "triaged", "rejected", {c(1)});
    CHECK(stair.judged("triaged", "rejected", {c(2), c(3)}).refusal != "");
    stair.roles = {"coordinator"};
    CHECK(stair.take(4, "triaged", "rejected", {c(2), c(3)}) == "");
    CHECK(stair.rivals() == 0);
    CHECK(stair.state() == "rejected");
  }
  TEST_CASE("nobody but a resolver settles two equal steps by naming the step below them as well (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "triaged", "rejected", {c(1)});
    for (const std::vector<ChangeId>& named : {std::vector{c(1), c(2), c(3)}, {c(1), c(2)}, {c(1), c(3)}}) {
      CHECK(stair.judged("triaged", "rejected", named).refusal == "step_not_allowed");
      CHECK(stair.judged("triaged", "assigned", named).refusal == "step_not_allowed");
    }
    CHECK(stair.judged("triaged", "rejected", {c(1)}).refusal == "");  // one more that is as high
    stair.roles = {"coordinator"};
    CHECK(stair.take(4, "triaged", "rejected", {c(1), c(2), c(3)}) == "");
    CHECK(stair.rivals() == 0);
  }
  TEST_CASE(
      "a step down names two equal steps and the one below them, and ends the tie by leading higher (3.7, 3.11)") {
    Stair stair;
    stair.catalog.ladders.at("work").steps.push_back({"triaged", "open", {"convener"}, false});
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "triaged", "rejected", {c(1)});
    CHECK(stair.take(4, "triaged", "open", {c(1), c(2), c(3)}) == "");
    CHECK(stair.rivals() == 0);
    CHECK(stair.state() == "open");
  }
  TEST_CASE("the same step taken twice is no conflict (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "open", "triaged", {});
    CHECK(stair.rivals() == 0);
    CHECK(stair.state() == "triaged");
  }
  TEST_CASE("a late lower step is history (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "assigned", "done", {c(2)});
    (void)stair.take(4, "triaged", "rejected", {c(1)});
    CHECK(stair.state() == "done");
    CHECK(stair.rivals() == 0);
  }
  TEST_CASE("a step down begins a cycle that outranks what was higher (PROTOCOL 3.7)") {
    Stair stair;
    (void)stair.take(1, "open", "triaged", {});
    (void)stair.take(2, "triaged", "assigned", {c(1)});
    (void)stair.take(3, "assigned", "triaged", {c(2)});
    CHECK(stair.cell.step(c(3))->cycle == 2);
    (void)stair.take(4, "assigned", "done", {c(2)});
    CHECK(stair.state() == "triaged");
  }
}

}  // namespace
}  // namespace lianxin
