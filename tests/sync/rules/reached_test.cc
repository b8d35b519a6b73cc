#include "sync/rules/reached.h"

#include <doctest/doctest.h>

#include "sync/model/view.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/rules/played.h"

namespace lianxin {
namespace {

TEST_SUITE("sync/rules/reached") {
  TEST_CASE("a record that was joined and parted came to its state when it first did") {
    Played played(shipped_catalog(), "concern", "state");
    const auto go = [&](const char* to, std::int64_t day) {
      played.take(played.change_of({played.step_to(to)}), "coordinator", Bench::noon_ms + day * 86'400'000);
    };
    const auto reached = [&] { return how_reached(played.catalog, played.row, "state"); };
    for (int twice = 0; twice < 2; ++twice) {
      go("merged", 1);
      CHECK(reached().from == "collected");
      go("collected", 2);
      CHECK(reached().from.empty());
      CHECK(reached().at_ms == played.row.created.unix_ms());
    }
    go("triaged", 3);
    const std::int64_t first = reached().at_ms;
    go("merged", 4);
    CHECK(reached().from == "triaged");
    go("triaged", 5);
    CHECK(reached().from == "collected");
    CHECK(reached().at_ms == first);
  }

  TEST_CASE("a step that came while a record stood aside is where parting leads, and as if it had come before") {
    Played played(shipped_catalog(), "concern", "state");
    const auto go = [&](const char* to, std::int64_t minute) {
      played.take(played.change_of({played.step_to(to)}), "coordinator", Bench::noon_ms + minute * 60'000);
    };
    const auto from = [&] { return how_reached(played.catalog, played.row, "state").from; };
    go("triaged", 1);
    const Row offline = played.row;
    go("merged", 2);
    CHECK(from() == "triaged");
    // A phone that had not heard of it went on from what it showed.
    const Write step = edit_of(played.catalog, "concern", offline, {"state", {}, {}}, Op::step, Value("assigned"));
    played.take(played.change_of({step}), "coordinator", Bench::noon_ms + 3 * 60'000);
    CHECK(state_of(played.catalog, played.row, "state") == "merged");
    CHECK(from() == "assigned");
    go("assigned", 4);
    CHECK(state_of(played.catalog, played.row, "state") == "assigned");
    CHECK(from() == "triaged");
    CHECK(how_reached(played.catalog, played.row, "state").at_ms == Bench::noon_ms + 3 * 60'000);
    // Again, and once more with nothing in between.
    go("merged", 5);
    CHECK(from() == "assigned");
    go("assigned", 6);
    CHECK(from() == "triaged");
  }

  TEST_CASE("a step that came meanwhile and leads lower than where the record stood changes nothing") {
    Played played(shipped_catalog(), "concern", "state");
    const Row offline = played.row;
    for (const char* to : {"triaged", "assigned", "merged"}) {
      played.take(played.change_of({played.step_to(to)}), "coordinator", Bench::noon_ms + 1000);
    }
    const Write step = edit_of(played.catalog, "concern", offline, {"state", {}, {}}, Op::step, Value("triaged"));
    played.take(played.change_of({step}), "coordinator", Bench::noon_ms + 2000);
    CHECK(how_reached(played.catalog, played.row, "state").from == "assigned");
  }
}

}  // namespace
}  // namespace lianxin
