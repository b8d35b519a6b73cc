#include "schema/checks.h"

#include <doctest/doctest.h>

#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

using Codes = std::vector<std::string>;

struct Around {
  Shown shown;
  Elements elements{};
  std::vector<Shown> others{};
  std::optional<NamedRecord> named{};
  std::string day = "2026-05-12", region = "990121100";
  bool sure = true;

  std::vector<FailedCheck> of(const char* kind) const {
    Surroundings around{day, sure, "r", region, {}, {}, {}};
    around.find = [this](std::string_view, std::string_view, const Value&) { return others; };
    around.named = [this](std::string_view) { return named; };
    return failed_checks(*shipped_catalog().kind(kind), shown, elements, around);
  }
  Codes codes(const char* kind) const {
    Codes all;
    for (const FailedCheck& each : of(kind)) all.push_back(each.code);
    return all;
  }
};

TEST_SUITE("schema/checks") {
  TEST_CASE("a headcount below the participants blocks, one that nobody entered does not") {
    const Value three = Value::List{"a", "b", "c"};
    CHECK(Around{{{"headcount_total", 2}, {"participants", three}}}.of("micro_consultation").at(0).blocks);
    CHECK(Around{{{"headcount_total", 3}, {"participants", three}}}.codes("micro_consultation").empty());
    CHECK(Around{{{"participants", three}}}.codes("micro_consultation").empty());
  }
  TEST_CASE("fewer served than patients recorded is a warning") {
    Around around{{{"persons_served", 2}}};
    around.others = {{}, {}, {}};
    REQUIRE(around.codes("clinic_visit") == Codes{"persons_below_encounters"});
    CHECK_FALSE(around.of("clinic_visit").at(0).blocks);
    around.others.pop_back();
    CHECK(around.codes("clinic_visit").empty());
  }
  TEST_CASE("a day is judged against the day it is written, and a phone's clock stops nobody for a day to come") {
    const auto on = [](const char* day, const char* mode = "offline") {
      return Around{{{"occurred_on", day}, {"entry_mode", mode}}};
    };
    CHECK(on("2026-05-13").codes("outreach_visit").empty());
    CHECK(on("2025-05-11").codes("outreach_visit").empty());
    CHECK(on("2026-05-14").codes("outreach_visit") == Codes{"occurred_in_future"});
    CHECK(on("2026-05-14").of("outreach_visit").at(0).blocks);
    Around phone = on("2026-05-14");
    phone.sure = false;
    CHECK_FALSE(phone.of("outreach_visit").at(0).blocks);
    CHECK(on("2025-05-10").codes("outreach_visit") == Codes{"occurred_long_ago"});
    CHECK(on("2025-05-10", "paper_backfill").codes("outreach_visit").empty());
    CHECK(on("sometime").codes("outreach_visit").empty());
  }
  TEST_CASE("two gifts of one name and value are looked at, of which one is not told by half") {
    const auto gift = [](Value name, Value value) { return Value::Object{{"name", name}, {"value_fen", value}}; };
    Around around;
    around.elements["gifts"] = {gift("慰问金", 50000), gift("慰问金", 50000)};
    CHECK(around.codes("outreach_visit") == Codes{"gift_twice"});
    around.elements["gifts"] = {gift("慰问金", 50000), gift("慰问金", 50100)};
    CHECK(around.codes("outreach_visit").empty());
    around.elements["gifts"] = {gift("米", Value()), gift("慰问金", 50000), gift(" 慰问金 ", 50000)};
    CHECK(around.codes("outreach_visit") == Codes{"gift_twice"});
    around.elements["gifts"] = {gift("慰问金", Value()), gift("慰问金", Value())};
    CHECK(around.codes("outreach_visit").empty());
  }
  TEST_CASE("a household that is there already is told, in its group and village alone") {
    const Shown shown{{"head_name", "张"}, {"region_code", "990121100201"}, {"group_no", "3"}};
    Around around{shown};
    around.others = {shown};
    CHECK(around.codes("household") == Codes{"household_twice"});
    around.others.front()["group_no"] = "３ ";
    CHECK(around.codes("household") == Codes{"household_twice"});
    around.others.front()["group_no"] = "4";
    CHECK(around.codes("household").empty());
  }
  TEST_CASE("a place outside the studio's area is a warning, and nothing where the area is not known") {
    Around around{{{"region_code", "990122100201"}}};
    REQUIRE(around.codes("concern") == Codes{"region_outside_scope"});
    CHECK_FALSE(around.of("concern").at(0).blocks);
    for (const char* kind : {"household", "resident", "outreach_visit"}) {
      CHECK(around.codes(kind) == Codes{"region_outside_scope"});
    }
    around.region = "990121100";
    around.shown["region_code"] = "990121";  // the township's own county
    CHECK(around.codes("concern").empty());
    around.shown["region_code"] = "990122";
    CHECK(around.codes("concern") == Codes{"region_outside_scope"});
    around.region.clear();
    CHECK(around.codes("concern").empty());
  }
  TEST_CASE("an urgent pressure is told, of the record and of a repeated reading") {
    CHECK(Around{{{"sbp_mmhg", 180}}}.codes("clinic_encounter") == Codes{"pressure_urgent"});
    CHECK(Around{{{"sbp_mmhg", 179}, {"dbp_mmhg", 109}}}.codes("clinic_encounter").empty());
    Around around;
    around.elements["bp_readings"] = {Value::Object{{"dbp_mmhg", 110}}};
    CHECK(around.codes("clinic_encounter") == Codes{"pressure_urgent"});
  }
  TEST_CASE("a minor's visit without the guardian's consent blocks") {
    CHECK(Around{{{"minor", true}, {"guardian_consent", "refused"}}}.codes("outreach_visit") ==
          Codes{"consent_missing"});
    CHECK(Around{{{"minor", true}, {"guardian_consent", "signed"}}}.codes("outreach_visit").empty());
    CHECK(Around{{{"minor", false}, {"guardian_consent", "refused"}}}.codes("outreach_visit").empty());
  }
  TEST_CASE("a consent that was withdrawn, or is for something else, blocks a patient's record") {
    Around around{{{"consent_id", "c"}}};
    around.named = NamedRecord{"consent", {{"state", "given"}, {"scope", "health"}}};
    CHECK(around.codes("clinic_encounter").empty());
    around.named->shown["state"] = "withdrawn";
    CHECK(around.codes("clinic_encounter") == Codes{"consent_missing"});
    around.named->shown = {{"state", "given"}, {"scope", "photo_publish"}};
    CHECK(around.codes("clinic_encounter") == Codes{"consent_of_other_scope"});
    around.named->shown = {{"state", "refused"}, {"scope", "health"}};
    CHECK(around.codes("clinic_encounter") == Codes{"consent_missing"});
    around.shown["anonymous"] = true;
    CHECK(around.codes("clinic_encounter").empty());
  }
  TEST_CASE("a consent that is not there blocks at the desk and is told once, and on a phone only warns") {
    Around around{{{"consent_id", "c"}, {"patient_resident_id", "p"}}};
    REQUIRE(around.codes("clinic_encounter") == Codes{"consent_missing"});
    CHECK(around.of("clinic_encounter").at(0).blocks);
    around.sure = false;
    REQUIRE(around.codes("clinic_encounter") == Codes{"consent_missing"});
    CHECK_FALSE(around.of("clinic_encounter").at(0).blocks);
    // What the phone itself has it knows as well as a desk does.
    around.named = NamedRecord{"consent", {{"state", "withdrawn"}, {"scope", "health"}, {"resident_id", "p"}}};
    CHECK(around.of("clinic_encounter").at(0).blocks);
  }
  TEST_CASE("another person's consent blocks") {
    Around around{{{"consent_id", "c"}, {"patient_resident_id", "p"}}};
    around.named = NamedRecord{"consent", {{"state", "given"}, {"scope", "health"}, {"resident_id", "q"}}};
    REQUIRE(around.codes("clinic_encounter") == Codes{"consent_of_another"});
    CHECK(around.of("clinic_encounter").at(0).blocks);
    around.named->shown["resident_id"] = "p";
    CHECK(around.codes("clinic_encounter").empty());
    // Only a record of that kind will do.
    around.named->kind = "resident";
    CHECK(around.of("clinic_encounter").at(0).blocks);
  }
  TEST_CASE("who is anonymous is not named") {
    for (const auto& [kind, field] :
         {std::pair{"clinic_encounter", "patient_resident_id"}, std::pair{"clinic_encounter", "guardian_resident_id"},
          std::pair{"concern", "appellant_resident_id"}}) {
      CAPTURE(field);
      Around around{{{"anonymous", true}, {field, "p"}}};
      REQUIRE(around.of(kind).size() == 1);
      CHECK(around.of(kind).at(0).field == field);
      CHECK(around.of(kind).at(0).blocks);
      around.shown.erase(field);
      CHECK(around.codes(kind).empty());
      CHECK(Around{{{"anonymous", false}}}.codes(kind).empty());
    }
  }
  TEST_CASE("an expired batch blocks, on the day of the dispense or else of the entry") {
    Around around{{{"item_id", "i"}, {"batch_no", "b"}, {"occurred_on", "2026-05-02"}}};
    around.others = {{{"item_id", "i"}, {"batch_no", "b"}, {"expires_on", "2026-05-01"}}};
    REQUIRE(around.codes("medicine_dispense") == Codes{"batch_expired"});
    CHECK(around.of("medicine_dispense").at(0).blocks);
    around.shown["occurred_on"] = "2026-05-01";
    CHECK(around.codes("medicine_dispense").empty());
    around.shown.erase("occurred_on");
    CHECK(around.codes("medicine_dispense") == Codes{"batch_expired"});
    around.others.front()["item_id"] = "j";
    CHECK(around.codes("medicine_dispense").empty());
  }
}

}  // namespace
}  // namespace lianxin
