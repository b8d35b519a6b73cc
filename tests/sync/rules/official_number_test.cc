#include "sync/rules/official_number.h"

#include <doctest/doctest.h>

#include "sync/server/act.h"
#include "sync/server/take_again.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// Visits are numbered by the year of their day, those of one place under another code; notices once their work moves
// on.
struct Numbered : Bench {
  Numbered() {
    Kind& visit = catalog.kinds.at("visit");
    Field number = *visit.field("title");
    number.name = "_official_no";
    number.every_record = true;
    number.writers = {"server"};
    visit.fields.push_back(number);
    visit.number_code = "走访";
    visit.number_by = "origin";
    visit.number_codes = {{"clinic", "义诊"}};
    visit.date_field = "place";
    Kind& notice = catalog.kinds.at("notice");
    notice.number_code = "通知";
    Field work = *visit.field("state");
    notice.fields.push_back(number);
    notice.fields.push_back(work);
  }
  Change of(std::uint8_t to, Change made) const {
    made.record = numbered<RecordId>(to);
    return made;
  }
  // A record that a coordinator accepts, in one push.
  void accepted(std::uint8_t number, const std::string& day, const std::string& origin = {}) {
    std::vector<Write> first{put("place", day)};
    if (!origin.empty()) first.push_back(put("origin", origin));
    const std::uint8_t id = static_cast<std::uint8_t>(number * 8);
    REQUIRE(send(1, of(number, change(1, id, std::move(first)))));
    REQUIRE(send(1, of(number, change(1, id + 1, {step("_review", "draft", "submitted")}))));
  }
  Change verdict(std::uint8_t number) const {
    const std::uint8_t id = static_cast<std::uint8_t>(number * 8);
    return of(number, change(9, id + 2, {step("_review", "submitted", "accepted", {c(id + 1)})}));
  }
  std::string number_of(std::uint8_t which) {
    const Row found = row_of(numbered<RecordId>(which));
    const Cell* cell = found.cell("_official_no");
    return cell && !cell->heads.empty() ? *cell->heads.front().value.text() : "";
  }
};

TEST_SUITE("sync/rules/official_number") {
  TEST_CASE_FIXTURE(Numbered, "numbers follow each other, in one push and in the next, and not before acceptance") {
    for (std::uint8_t which = 1; which <= 3; ++which) accepted(which, "2026-05-12");
    CHECK(number_of(1).empty());
    REQUIRE(send(9, {line_of(verdict(1)), line_of(verdict(2))}));
    REQUIRE(send(9, verdict(3)));
    CHECK(number_of(1) == "990121-S01-走访-2026-0001");
    CHECK(number_of(2) == "990121-S01-走访-2026-0002");
    CHECK(number_of(3) == "990121-S01-走访-2026-0003");
  }
  TEST_CASE_FIXTURE(Numbered, "each year and each code counts by itself; without a day the year is that of making") {
    accepted(1, "2025-12-31");
    accepted(2, "2026-01-01");
    accepted(3, "2026-01-01", "clinic");
    accepted(4, "");
    for (std::uint8_t which = 1; which <= 4; ++which) REQUIRE(send(9, verdict(which)));
    CHECK(number_of(1) == "990121-S01-走访-2025-0001");
    CHECK(number_of(2) == "990121-S01-走访-2026-0001");
    CHECK(number_of(3) == "990121-S01-义诊-2026-0001");
    CHECK(number_of(4) == "990121-S01-走访-2026-0002");
  }
  TEST_CASE_FIXTURE(Numbered, "what is not reviewed is numbered when its work first moves on") {
    const auto due = [&](const char* state) {
      Row made;
      made.kind = "notice";
      made.cells["state"].heads.emplace_back();
      made.cells["state"].heads.back().value = state;
      return number_due(catalog, made, place).has_value();
    };
    CHECK_FALSE(due("open"));
    CHECK(due("triaged"));
    Row none;
    none.kind = "notice";
    CHECK_FALSE(number_due(catalog, none, place));
    none.kind = "patient";
    CHECK_FALSE(number_due(catalog, none, place));
  }
  TEST_CASE_FIXTURE(Numbered, "a studio without a name gives none, and a record gets one once") {
    accepted(1, "2026-05-12");
    place.code.clear();
    REQUIRE(send(9, verdict(1)));
    CHECK(number_of(1).empty());
    place.code = "990121-S01";
    REQUIRE(send(1, of(1, change(1, 12, {put("title", "a")}))));
    CHECK(number_of(1) == "990121-S01-走访-2026-0001");
    REQUIRE(send(1, of(1, change(1, 13, {put("title", "b", {c(12)})}))));
    CHECK(number_of(1) == "990121-S01-走访-2026-0001");
  }
  TEST_CASE_FIXTURE(Numbered,
                    "a number that a restore lost and that is met again is given to nobody else (PROTOCOL 6.3)") {
    for (std::uint8_t which = 1; which <= 2; ++which) accepted(which, "2026-05-12");
    const auto lost = [&](std::uint8_t which, std::uint8_t id, const char* number) {
      Change made = of(which, change(0xEE, id, {put("_official_no", number)}));
      made.member = self.member;
      return LostLine{self, line_of(made), Hlc::at(now_ms - 60'000), false};
    };
    const std::vector<LostLine> lines{lost(1, 0xA1, "990121-S01-走访-2026-0007"),
                                      lost(2, 0xA2, "990121-S01-走访-2026-0003")};
    REQUIRE(take_again(store, studio, rules(), lines) == std::size_t{2});
    CHECK(number_of(1) == "990121-S01-走访-2026-0007");
    accepted(3, "2026-05-12");
    REQUIRE(send(9, verdict(3)));
    CHECK(number_of(3) == "990121-S01-走访-2026-0008");
  }
}

}  // namespace
}  // namespace lianxin
