// The kinds as they are shipped.
#include <doctest/doctest.h>

#include <algorithm>

#include "schema/catalog.h"
#include "schema/validate.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

const Field& need(std::string_view kind, std::string_view field) {
  const Field* found = shipped_catalog().field(kind, field);
  REQUIRE_MESSAGE(found, kind << "." << field);
  return *found;
}

bool writes(const Field& field, std::string_view role) {
  return std::find(field.writers.begin(), field.writers.end(), role) != field.writers.end();
}

TEST_SUITE("schema/kinds") {
  TEST_CASE("the shipped kinds load") {
    const auto loaded = load_catalog(shipped_kind_files());
    REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
    for (const char* kind :
         {"micro_consultation", "clinic_visit", "clinic_encounter", "medicine_dispense", "medicine_stock_move",
          "outreach_visit", "concern", "household", "resident", "consent", "comment", "attachment", "plan_item",
          "org_unit", "studio", "member", "village", "medicine_item", "code_list"}) {
      CAPTURE(kind);
      CHECK(loaded->kind(kind));
    }
  }

  TEST_CASE("every kind has the fields that all records have") {
    for (const auto& [name, kind] : shipped_catalog().kinds) {
      CAPTURE(name);
      for (const char* field :
           {"_deleted", "_marks", "_alias", "_provisional_no", "_official_no", "entry_mode", "follows_id"}) {
        CAPTURE(field);
        REQUIRE(kind.field(field));
        CHECK(kind.field(field)->every_record);
      }
      CHECK((kind.field("_review") != nullptr) == kind.reviewed);
    }
  }

  TEST_CASE("every field says who writes it") {
    for (const auto& [name, kind] : shipped_catalog().kinds) {
      for (const Field& field : kind.fields) CHECK_MESSAGE(!field.writers.empty(), name << "." << field.name);
    }
  }

  TEST_CASE("a role that writes some fields of a kind need not make records of it") {
    const Kind& concern = *shipped_catalog().kind("concern");
    CHECK(std::find(concern.writers.begin(), concern.writers.end(), "handling_unit") == concern.writers.end());
    CHECK(writes(need("concern", "outcome"), "handling_unit"));
  }

  TEST_CASE("nothing of a patient's record is less guarded than health") {
    for (const Field& field : shipped_catalog().kind("clinic_encounter")->fields) {
      CAPTURE(field.name);
      CHECK(field.sensitivity == Sensitivity::health);
    }
    CHECK_FALSE(writes(need("clinic_encounter", "chief_complaint"), "coordinator"));
  }

  TEST_CASE("counts are counters and may be added to by everybody at an event") {
    for (const auto& [kind, field] :
         {std::pair{"micro_consultation", "headcount_total"}, std::pair{"clinic_visit", "persons_served"},
          std::pair{"outreach_visit", "households_reached"}}) {
      CHECK(need(kind, field).merge == Merge::counter);
      CHECK(need(kind, field).index);
      CHECK_FALSE(need(kind, field).unit.empty());
    }
    CHECK(need("clinic_visit", "checks_count").element_kind == "code");
  }

  TEST_CASE("the price and the quantity of a dispense are written once") {
    CHECK(need("medicine_dispense", "qty").once);
    CHECK(need("medicine_dispense", "unit_price_fen").once);
    CHECK(check_value(shipped_catalog(), need("medicine_dispense", "qty"), 0));
  }

  TEST_CASE("a withdrawn consent and a photo not to be published are what is shown") {
    CHECK(need("consent", "state").restrictive == Value("withdrawn"));
    CHECK(need("attachment", "publish_ok").restrictive == Value(false));
  }

  TEST_CASE("only coordinators assign a concern and set its deadline") {
    for (const char* field : {"assigned_unit", "assigned_unit_id", "deadline_on"}) {
      CHECK(need("concern", field).writers == std::vector<std::string>{"coordinator"});
    }
    CHECK(writes(need("concern", "progress_log"), "handling_unit"));
    CHECK_FALSE(writes(need("concern", "title"), "handling_unit"));
  }

  TEST_CASE("the main path of a concern climbs and its rivals stand on one rank") {
    const Ladder* ladder = shipped_catalog().ladder("concern");
    REQUIRE(ladder);
    int rank = -1;
    for (const char* state : {"collected", "triaged", "assigned", "in_progress", "resolved_pending_confirm", "resolved",
                              "fed_back", "evaluated", "closed"}) {
      CAPTURE(state);
      REQUIRE(ladder->rung(state));
      CHECK(ladder->rung(state)->rank > rank);
      rank = ladder->rung(state)->rank;
    }
    CHECK(ladder->rung("reopened")->rank < ladder->rung("assigned")->rank);
    CHECK(ladder->rung("rejected")->rank == ladder->rung("assigned")->rank);  // domain 3.2, C19
  }

  TEST_CASE("a convener only proposes that an assigned concern is resolved") {
    const Ladder* ladder = shipped_catalog().ladder("concern");
    const auto takes = [&](const char* from, const char* to, const char* role) {
      const Step* step = ladder->step(from, to);
      return step && std::find(step->roles.begin(), step->roles.end(), role) != step->roles.end();
    };
    CHECK(takes("in_progress", "resolved_pending_confirm", "convener"));
    CHECK_FALSE(takes("in_progress", "resolved", "convener"));
    CHECK(takes("collected", "resolved", "convener"));
    CHECK(takes("resolved_pending_confirm", "resolved", "handling_unit"));
  }

  TEST_CASE("whoever may take a step may write the ladder it belongs to") {
    for (const auto& [name, kind] : shipped_catalog().kinds) {
      for (const Field& field : kind.fields) {
        // Authors differ from kind to kind; those who decide must be able to in each.
        if (field.merge == Merge::ladder) CHECK_MESSAGE(writes(field, "coordinator"), name << "." << field.name);
      }
    }
    CHECK(writes(need("concern", "state"), "handling_unit"));
  }

  TEST_CASE("every state of a ladder can be reached") {
    for (const auto& [name, ladder] : shipped_catalog().ladders) {
      for (const Rung& rung : ladder.rungs) {
        CAPTURE(name);
        CAPTURE(rung.state);
        const bool led_to = std::any_of(ladder.steps.begin(), ladder.steps.end(),
                                        [&](const Step& step) { return step.to == rung.state; });
        CHECK((led_to || rung.state == ladder.initial));
      }
    }
  }

  TEST_CASE("returning or voiding a record owes a reason") {
    const Ladder* review = shipped_catalog().ladder("review");
    REQUIRE(review);
    for (const char* to : {"returned", "void"}) CHECK(review->step("submitted", to)->needs_reason);
    CHECK_FALSE(review->step("submitted", "accepted")->needs_reason);
  }
}

}  // namespace
}  // namespace lianxin
