#include "client-sdk/store/studio_state.h"

#include <doctest/doctest.h>

namespace lianxin::client {

TEST_SUITE("client-sdk/store/studio_state") {
  TEST_CASE("a pull from zero is gathered beside the rows, and takes their place when it is whole") {
    Pull pull;
    pull.move_on("1");
    CHECK(pull.stage() == Pull::Stage::following);
    pull.gather("0");
    CHECK(pull.stage() == Pull::Stage::gathering);
    CHECK(pull.asking_cursor() == "0");
    pull.end_gathering("9");
    CHECK(pull.stage() == Pull::Stage::gathered);
    CHECK(pull.asking_cursor() == "1");  // whether the server still knows the history of the rows
    pull.arrive(*pull.set_cursor());
    CHECK(pull.stage() == Pull::Stage::following);
    CHECK(pull.asking_cursor() == "9");
    CHECK(!pull.has_set());
  }

  TEST_CASE("an offer keeps asking where the pull asked, and ends in one from zero") {
    for (const bool whole : {false, true}) {
      Pull pull = Pull::stored("1", "5", whole, std::nullopt);
      const std::string asked = pull.asking_cursor();
      pull.begin_offering();
      CHECK(pull.stage() == Pull::Stage::offering);
      CHECK(pull.asking_cursor() == asked);
      pull.note_offered(3);
      CHECK(pull.offered() == 3);
      pull.restart();
      CHECK(pull.stage() == Pull::Stage::following);
      CHECK(pull.asking_cursor().empty());
    }
  }

  TEST_CASE("what lies in the file is read as it was, and what no step leads to as the state before it") {
    const Pull gathered = Pull::stored("1", "5", true, std::nullopt);
    CHECK(gathered.stage() == Pull::Stage::gathered);
    CHECK(gathered.set_is_whole());
    CHECK(Pull::stored("1", std::nullopt, true, std::nullopt).stage() == Pull::Stage::following);
    CHECK(Pull::stored("1", std::nullopt, false, -4).offered() == 0);

    const Repair flagged = Repair::stored(3, true, 20'000, 4, 7);
    CHECK(flagged.stage == Repair::Stage::pulled_twice);
    CHECK(flagged.compare_from == 7);
    CHECK(!Repair::stored(0, false, 20'000, 0, 7).compare_from);
    CHECK(Repair::stored(9, false, 0, -1, std::nullopt).stage == Repair::Stage::none);
    CHECK(Repair::stored(9, false, 0, -1, std::nullopt).pulls == 0);
  }

  TEST_CASE("after two pulls that did not help nothing more is tried that day, and all of it on the next") {
    Repair repair;
    repair.begin_day(1);
    repair.stage = Repair::Stage::told;
    repair.note_pull();
    CHECK(repair.stage == Repair::Stage::pulled_once);
    CHECK(!repair.no_pull_left());
    repair.note_pull();
    CHECK(repair.no_pull_left());
    CHECK(!repair.is_over_for_today());
    repair.flag();
    CHECK(repair.is_over_for_today());
    repair.begin_day(1);
    CHECK(repair.compare_from == 0);
    repair.begin_day(2);
    CHECK(repair.flagged);
    CHECK(repair.stage == Repair::Stage::none);
    CHECK(!repair.compare_from);
    CHECK(!repair.is_over_for_today());
    repair.end();
    CHECK(!repair.flagged);
  }
}

}  // namespace lianxin::client
