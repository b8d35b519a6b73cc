#include "sync/server/offered_head.h"

#include <doctest/doctest.h>

#include "sync/log/rebuild.h"
#include "sync/model/limits.h"
#include "sync/server/answer.h"
#include "sync/server/witness.h"
#include "tests/support/one_studio_answering.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// A server that was set back, and phones of two conveners (1, 2) and a coordinator (9), all of which have seen more.
struct Restored : Bench {
  Restored() {
    Kind& visit = catalog.kinds.at("visit");
    Field number = *visit.field("title");
    number.name = "_official_no";
    number.every_record = true;
    number.writers = {"server"};
    visit.fields.push_back(number);
    visit.number_code = "走访";
  }

  OfferedHead head(const std::string& at, Value value, std::uint8_t author, std::string role, std::uint8_t id = 0x30) {
    OfferedHead offered{record, "visit", *Address::parse(at), {}};
    offered.head.id = c(id);
    offered.head.value = std::move(value);
    offered.head.clock = Hlc::at(now_ms);
    offered.head.member = member(author);
    offered.head.role = std::move(role);
    return offered;
  }
  OfferedHead accepted() {
    OfferedHead offered = head("_review", "accepted", 9, "coordinator");
    offered.head.cycle = 1;
    return offered;
  }
  OfferedHead number(const std::string& text) { return head("_official_no", text, 0xEE, "server", 0x31); }

  // How many heads were new, and the answer's own word for it.
  std::size_t offer(std::uint8_t by, const OfferedHead& offered) {
    const SelfDevice phone = device_of(by);
    OneStudioAnswering answering(store, rules(), {phone.device, phone.key, phone.member, false, false, 0},
                                 access_of(phone.member, grants, place, now_ms));
    StudioRequest asked;
    asked.studio = studio;
    asked.cursor = lost().text();
    asked.offered = {offered};
    Result<StudioAnswer> answered = answer_one(answering, {now_ms, 1000, "boot"}, std::move(asked));
    REQUIRE(answered);
    return answered->note.witnessed;
  }
  bool is_shown(const std::string& at) { return row().cell(at) != nullptr; }
  std::string held() {
    const Row now = row();
    return now.held.empty() ? "" : now.held.back().code;
  }
  std::int64_t last_number() {
    std::int64_t given = 0;
    REQUIRE(store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(given, snapshot.number("走访-2026"));
      return {};
    }));
    return given;
  }
};

TEST_SUITE("sync/server/offered_head") {
  TEST_CASE_FIXTURE(Restored, "what a member could have written himself is taken at once (PROTOCOL 6.2)") {
    CHECK(offer(1, head("title", "a", 1, "convener", 1)) == 1);
    CHECK(offer(1, head("place", "b", 2, "convener", 2)) == 1);
    CHECK(offer(1, head("headcount", 7, 2, "convener", 3)) == 1);
    OfferedHead submitted = head("_review", "submitted", 2, "convener", 4);
    submitted.head.cycle = 1;
    CHECK(offer(1, submitted) == 1);
    CHECK(row().held.empty());
    CHECK(shown_value("_review") == Value("submitted"));
    CHECK(offer(9, head("title", "c", 9, "coordinator", 5)) == 1);
    CHECK(row().held.empty());
  }
  TEST_CASE("what stands above it is held until it is confirmed: verdicts, numbers, counts, words (PROTOCOL 6.2)") {
    const auto forged_by = [](Restored& bench, int which) {
      switch (which) {
        case 0: return bench.accepted();
        case 1: return bench.number("990121-S01-走访-2026-0999");
        case 2: return bench.head("headcount", 4000, 9, "coordinator");
        case 3: return bench.head("place", "作废", 9, "coordinator");
        case 4: return bench.head("place", "作废", 9, "");
        default: return bench.head("_deleted", true, 9, "coordinator");
      }
    };
    const auto decide = [](Restored& bench, const char* what) {
      const std::string held = std::string(held_field) + "/" + bench.row().held.back().id.text();
      REQUIRE(bench.send(9, bench.change(9, 0x60, {put(held, what)})));
    };
    for (int which = 0; which < 6; ++which) {
      for (int end = 0; end < 4; ++end) {
        CAPTURE(which);
        CAPTURE(end);
        Restored bench;
        const OfferedHead forged = forged_by(bench, which);
        const std::string at = forged.at.text();
        REQUIRE(bench.send(1, bench.change(1, 1, {put("title", "a")})));
        CHECK(bench.offer(1, forged) == 1);
        REQUIRE(bench.held() == "witnessed_unproved");
        CHECK(bench.row().held.back().field == at);
        CHECK_FALSE(bench.is_shown(at));
        CHECK(bench.last_number() == 0);
        CHECK(bench.offer(1, forged) == 0);  // again, and again by another phone of his
        CHECK(bench.row().held.size() == 1);
        REQUIRE(rebuild(bench.store, bench.studio, bench.catalog));
        CHECK(bench.row().held.size() == 1);

        if (end == 0) CHECK(bench.offer(2, forged) == 0);  // another member's phone has it too
        if (end == 1) CHECK(bench.offer(9, forged) == 0);  // a coordinator's has
        if (end == 2) decide(bench, "release");
        if (end == 3) {
          decide(bench, "dismiss");
          CHECK(bench.offer(2, forged) == 0);
        }
        CHECK(bench.is_shown(at) == (end != 3));
        CHECK(bench.row().held.size() == (end == 3 ? 1 : 0));
      }
    }
  }
  TEST_CASE_FIXTURE(Restored, "its author's own line frees it, and stands in its place (PROTOCOL 6.2)") {
    REQUIRE(send(1, change(1, 1, {put("title", "a")})));
    REQUIRE(send(1, change(1, 2, {step("_review", "draft", "submitted")})));
    OfferedHead verdict = accepted();
    verdict.head.bases = {c(2)};
    CHECK(offer(1, verdict) == 1);
    OfferedHead forged = verdict;  // the same change, as somebody would have it
    forged.head.value = "returned";
    CHECK(offer(1, forged) == 1);
    CHECK(row().held.size() == 2);
    REQUIRE(send(9, change(9, 0x30, {step("_review", "submitted", "accepted", {c(2)})})));
    CHECK(row().held.empty());
    CHECK(shown_value("_review") == Value("accepted"));
    CHECK_FALSE(row().cell("_review")->step(c(0x30))->witnessed);
    CHECK(last_number() == 1);
  }
  TEST_CASE_FIXTURE(Restored, "what its author never could have written is passed over (PROTOCOL 6.2)") {
    CHECK(offer(1, head("title", "a", 0xEE, "server")) == 0);  // the server's device writes no titles
    CHECK(offer(9, head("title", "a", 0xEE, "server")) == 0);
    CHECK(offer(1, head("title", "a", 2, "coordinator")) == 0);
    CHECK(offer(1, head("phone", "138", 9, "coordinator")) == 0);  // above what the asker may see
    CHECK(offer(1, head("_official_no", "990121-S01-走访-2026-0001", 2, "convener")) == 0);
    CHECK(offer(9, head("_official_no", "990121-S01-走访-2026-0001", 9, "coordinator")) == 0);
    CHECK(log().empty());
  }
  TEST_CASE_FIXTURE(Restored, "no number is given while one that came back waits, nor one that cannot follow") {
    REQUIRE(send(1, change(1, 1, {put("title", "a")})));
    CHECK(offer(1, number("990121-S01-走访-2026-0007")) == 1);
    REQUIRE(send(1, change(1, 2, {step("_review", "draft", "submitted")})));
    REQUIRE(send(9, change(9, 3, {step("_review", "submitted", "accepted", {c(2)})})));
    CHECK_FALSE(is_shown("_official_no"));
    CHECK(offer(2, number("990121-S01-走访-2026-0007")) == 0);
    CHECK(shown_value("_official_no") == Value("990121-S01-走访-2026-0007"));
    CHECK(last_number() == 7);
    // Two who agree move the series no further than a restore can have.
    for (const char* far : {"1000008", "9223372036854775806", "9223372036854775807", "9223372036854775808"}) {
      const OfferedHead offered = number(std::string("990121-S01-走访-2026-") + far);
      OfferedHead elsewhere = offered;
      elsewhere.record = numbered<RecordId>(0x56);
      offer(1, elsewhere);
      offer(2, elsewhere);
      CHECK(last_number() == 7);
    }
    OfferedHead near = number("990121-S01-走访-2026-1000007");
    near.record = numbered<RecordId>(0x57);
    offer(1, near);
    offer(2, near);
    CHECK(last_number() == 1'000'007);
  }
  TEST_CASE_FIXTURE(Restored, "one device gives back so much and no more (PROTOCOL 7)") {
    class Given final : public Answering {
     public:
      explicit Given(Restored& bench) : bench_(bench) {}
      const AskingDevice& device() const override { return asking; }
      Store& store() override { return bench_.store; }
      Rules rules(const StudioPlace&) override { return bench_.rules(); }
      std::optional<StudioStanding> standing(const StudioId&) override {
        return StudioStanding{bench_.place, access_of(asking.member, bench_.grants, bench_.place, bench_.now_ms), true,
                              false};
      }
      std::vector<GrantedStudio> grants() override { return {}; }
      Result<std::int64_t> heads_given_back() override { return given; }
      Status phone_differs(const StudioId&) override { return {}; }
      Result<bool> rows_doubted(const StudioId&) override { return false; }

      std::int64_t given = 0;
      AskingDevice asking{device_of(1).device, device_of(1).key, member(1), false, false, 0};

     private:
      Restored& bench_;
    } answering(*this);
    SyncRequest request;
    StudioRequest asked;
    asked.studio = studio;
    asked.cursor = lost().text();
    asked.offered = {head("title", "a", 1, "convener")};
    request.studios = {asked};
    answering.given = limits::heads_given_back_max;
    Result<Answered> answered = answer(answering, request);
    REQUIRE(answered);
    CHECK(answered->reply.studios[0].problem == "over_quota");
    CHECK(log().empty());
    answering.given = limits::heads_given_back_max - 1;
    answered = answer(answering, request);
    REQUIRE(answered);
    CHECK(answered->reply.studios[0].problem.empty());
    CHECK(log().size() == 1);
  }
}

}  // namespace
}  // namespace lianxin
