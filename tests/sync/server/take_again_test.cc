#include "sync/server/take_again.h"

#include <doctest/doctest.h>

#include "sync/rules/official_number.h"
#include "sync/server/act.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// A coordinator's desk over a studio that a restore has set back.
struct Restored : Bench {
  Restored() : desk(device_of(0x99)) { desk.member = member(9); }

  LostLine lost(const Change& change, bool began = false) const {
    LostLine line{desk, line_of(change), Hlc::at(now_ms - 60'000), began};
    if (change.member == self.member) line.device = self;
    return line;
  }
  std::size_t take(const std::vector<LostLine>& lines) {
    const auto taken = take_again(store, studio, rules(), lines);
    REQUIRE(taken);
    return *taken;
  }
  Change by_server(std::uint8_t id, std::vector<Write> writes) const {
    Change made = change(0xEE, id, std::move(writes));
    made.member = self.member;
    return made;
  }

  SelfDevice desk;
};

TEST_SUITE("sync/server/take_again") {
  TEST_CASE_FIXTURE(Restored, "a line that is not here is taken with the clock it had and once (PROTOCOL 6.4)") {
    (void)send(1, change(1, 1, {put("title", "a")}));
    const LostLine line = lost(change(9, 2, {put("title", "b", {c(1)})}, "correction"));
    now_ms += 120'000;
    CHECK(take({line}) == 1);
    CHECK(take({line}) == 0);
    CHECK(shown_value("title") == Value("b"));
    CHECK(log().size() == 2);
    CHECK(log().back().device == desk.device);
    CHECK(log().back().clock > log().front().clock);
    CHECK(log().back().clock.unix_ms() < now_ms);
  }

  TEST_CASE_FIXTURE(Restored, "a line waits for its record and does not become its maker (PROTOCOL 6.4)") {
    CHECK(take({lost(change(9, 2, {put("title", "b", {c(1)})}, "correction"))}) == 1);
    CHECK(log().back().code == "record_missing");
    (void)send(1, change(1, 1, {put("title", "a")}));
    CHECK(shown_value("title") == Value("b"));
    CHECK(row().created_by == member(1));
    CHECK(row().held.empty());
  }

  TEST_CASE_FIXTURE(Restored, "a line that began its record begins it again") {
    CHECK(take({lost(change(9, 2, {put("title", "b")}), true)}) == 1);
    CHECK(log().back().outcome == Outcome::applied);
    CHECK(row().created_by == member(9));
  }

  TEST_CASE_FIXTURE(Restored, "a decision of the server on a change that is not here is left for it to decide anew") {
    (void)send(1, change(1, 1, {put("title", "a")}));
    CHECK(take({lost(by_server(3, {put("_held/" + c(7).text(), "release")}))}) == 0);
    CHECK(log().size() == 1);
  }

  TEST_CASE_FIXTURE(Restored, "a coordinator's decision on a change that is not here is kept and ends nothing") {
    (void)send(1, change(1, 1, {put("title", "a")}));
    CHECK(take({lost(change(9, 3, {put("_held/" + c(7).text(), "release")}))}) == 1);
    CHECK(log().back().code == "held_unknown");
    (void)send(1, change(1, 7, {put("no_such_field", "x")}));
    CHECK(log().back().outcome == Outcome::held);
    (void)send(1, change(1, 8, {put("title", "c", {c(1)})}));
    CHECK(row().held.size() == 2);
    // Released by hand it would take the mark of the other away and let nothing in.
    const Draft release{record, "visit", "", {put("_held/" + c(3).text(), "release")}, 0};
    const auto refused = act(store, studio, rules(), desk, std::span(&release, 1));
    REQUIRE(refused);
    REQUIRE_FALSE(refused->refused.empty());
    CHECK(row().held.size() == 2);
  }

  TEST_CASE("an official number reads back as what it counts") {
    const auto counted = counted_in(official_number({"990121-S03-微商-2026-", "微商-2026"}, 7));
    REQUIRE(counted);
    CHECK(counted->key == "微商-2026");
    CHECK(counted->number == 7);
    CHECK(counted_in("S03-诉求-2026-12345")->number == 12345);
    for (const char* none :
         {"", "7", "2026-0007", "S03-微商-2026-", "S03-微商-2026-x", "S03-微商-2026-0000", "-0007"}) {
      CAPTURE(none);
      CHECK_FALSE(counted_in(none));
    }
  }
}

}  // namespace
}  // namespace lianxin
