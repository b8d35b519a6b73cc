#include "sync/server/act.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// A coordinator's desk.
struct AtDesk : Bench {
  AtDesk() : desk(device_of(0x99)) { desk.member = member(9); }

  Result<ActDone> act_on(std::vector<Write> writes, std::string reason = {}, Seq seen = 1) {
    const Draft draft{record, "visit", std::move(reason), std::move(writes), seen};
    return act(store, studio, rules(), desk, std::span(&draft, 1));
  }

  SelfDevice desk;
};

TEST_SUITE("sync/server/act") {
  TEST_CASE_FIXTURE(AtDesk, "what a desk does is a line of its member's, of today's kinds, and says what was seen") {
    REQUIRE(send(1, change(1, 1, {put("title", "a")})));
    const auto head = act_on({put("title", "b", {c(1)})}, "更正");
    REQUIRE(head);
    CHECK(head->refused.empty());
    CHECK(head->seq == 2);
    const Logged line = log().back();
    CHECK(line.device == desk.device);
    const auto made = parse_line(line.line);
    REQUIRE(made);
    CHECK(made->kinds_version == catalog.version);
    CHECK(made->member == member(9));
    CHECK(made->reason == "更正");
    CHECK(made->seen == Seen{1, short_hash(log().front().log_hash)});
    CHECK(shown_value("title") == Value("b"));
  }
  TEST_CASE_FIXTURE(AtDesk, "what would be held is refused by its code, and nothing is kept") {
    REQUIRE(send(1, change(1, 1, {put("title", "a")})));
    const auto refused = act_on({put("no_such_field", "b")});
    REQUIRE(refused);
    REQUIRE(refused->refused.size() == 1);
    CHECK(refused->refused[0].code == "field_unknown");
    CHECK(refused->refused[0].field == "no_such_field");
    CHECK(log().size() == 1);
  }
  TEST_CASE_FIXTURE(AtDesk, "what is no text is refused in a reason, a value and a key alike, and nothing is kept") {
    REQUIRE(send(1, change(1, 1, {put("title", "a")})));
    const std::string nul("甲\0乙", 7), cut("\xed\xa1\x82");
    for (const std::string& words : {nul, cut}) {
      for (const auto& refused : {act_on({put("title", "b")}, words), act_on({put("title", words)}, "更正"),
                                  act_on({element("people/" + words, Op::add)}),
                                  act_on({put("title", Value::Object{{words, Value::List{"b"}}})}, "更正")}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::invalid_argument);
      }
    }
    CHECK(log().size() == 1);
  }
}

}  // namespace
}  // namespace lianxin
