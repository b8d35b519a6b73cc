#include "tests/sync/model/policy_matrix.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "sync/model/policy.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

using policy_matrix::Cell;

struct Represents {
  const char *kind, *field;
};
const std::map<std::string, Represents> represented{{"event", {"micro_consultation", "headcount_total"}},
                                                    {"event.header", {"micro_consultation", "occurred_on"}},
                                                    {"event.text", {"micro_consultation", "opinions_text"}},
                                                    {"visit", {"outreach_visit", "persons_reached"}},
                                                    {"visit.text", {"outreach_visit", "on_spot_solved"}},
                                                    {"concern", {"concern", "urgency"}},
                                                    {"concern.text", {"concern", "outcome_text"}},
                                                    {"concern.progress", {"concern", "progress_log"}},
                                                    {"concern.supervise", {"concern", "supervise_log"}},
                                                    {"resident", {"resident", "contact_phone"}},
                                                    {"resident.name", {"resident", "name"}},
                                                    {"encounter", {"clinic_encounter", "sbp_mmhg"}},
                                                    {"medicine", {"medicine_stock_move", "qty"}},
                                                    {"consent", {"consent", "scope"}},
                                                    {"about", {"comment", "text"}},
                                                    {"added", {"tree_planting", "trees"}}};
// Of clinics the doctors write, of consultations they do not.
const Represents written_event{"clinic_visit", "title"};

const Catalog& catalog() {
  static const Catalog made = [] {
    Catalog all = shipped_catalog();
    Kind kind;
    kind.name = "tree_planting";
    kind.writers = {"convener", "member", "clinic_doctor", "township_liaison", "coordinator"};
    Field& trees = kind.fields.emplace_back();
    trees.name = "trees";
    trees.merge = Merge::counter;
    trees.type = FieldType::integer;
    all.kinds.emplace(kind.name, kind);
    return all;
  }();
  return made;
}

const MemberId asker = numbered<MemberId>(1);
const StudioPlace here{numbered<StudioId>(1), "990121-S01", {"990121100", "990121", "990100", "990000"}, false};
const StudioPlace beside{numbered<StudioId>(2), "990121-S02", {"990121200", "990121", "990100", "990000"}, false};
const StudioPlace far{numbered<StudioId>(3), "980122-S01", {"980122100", "980122", "980100", "980000"}, false};

Grant grant_of(const std::string& role) {
  static const std::map<std::string, std::string> orgs{{"township_liaison", "990121100"},
                                                       {"coordinator", "990121"},
                                                       {"handling_unit", "990121"},
                                                       {"privacy_officer", "990121"},
                                                       {"auditor", "990121"},
                                                       {"admin", "990121"},
                                                       {"city_supervisor", "990100"},
                                                       {"province_supervisor", "990000"}};
  static const std::set<std::string> with_health{"clinic_doctor", "auditor", "admin"};
  Grant grant{
      asker, role, {}, {}, 0, INT64_MAX, with_health.contains(role) ? Sensitivity::health : Sensitivity::personal};
  const auto org = orgs.find(role);
  if (org == orgs.end()) {
    grant.studio = here.studio;
  } else {
    grant.org_code = org->second;
  }
  return grant;
}

Access access_for(const Cell& cell) {
  const std::vector<Grant> grants{grant_of(cell.role)};
  const StudioPlace& place = cell.column == "county" ? beside : cell.column == "elsewhere" ? far : here;
  return access_of(asker, grants, place, 1);
}

Relation relation_for(const Cell& cell, const Kind& kind) {
  Relation relation;
  relation.own = cell.column == "own";
  relation.named = cell.column == "named";
  relation.assigned = cell.column == "assigned";
  relation.accepted =
      !kind.reviewed || cell.column == "accepted" || cell.column == "county" || cell.column == "elsewhere";
  return relation;
}

std::string name_of(Decision decision) {
  return decision == Decision::allowed ? "yes" : decision == Decision::masked ? "masked" : "-";
}

Decision meant(const std::string& says, Sensitivity sensitivity) {
  const std::size_t parting = says.find('~');
  const auto up_to = sensitivity_named(says.substr(0, parting));
  if (up_to && sensitivity <= *up_to) return Decision::allowed;
  const auto masked = parting == std::string::npos ? std::nullopt : sensitivity_named(says.substr(parting + 1));
  return masked && sensitivity <= *masked ? Decision::masked : Decision::denied;
}

// What the policy says otherwise than the cell.
std::vector<std::string> differences_in_seeing(const Cell& cell) {
  std::vector<std::string> found;
  const Represents& as = represented.at(cell.row);
  const Kind& kind = *catalog().kind(as.kind);
  const Field& field = *kind.field(as.field);
  const Access access = access_for(cell);
  for (auto level = static_cast<int>(floor_of(catalog(), as.kind)); level <= 3; ++level) {
    const auto sensitivity = static_cast<Sensitivity>(level);
    const Question question{Right::see, &kind, &field, sensitivity, relation_for(cell, kind)};
    const Decision is = decide(access, question);
    if (is == meant(cell.says, sensitivity)) continue;
    found.push_back(cell.role + " sees " + cell.row + " (" + lianxin::name_of(sensitivity) + ") " + cell.column + ": " +
                    name_of(is));
  }
  return found;
}

std::vector<std::string> differences_in_writing(const Cell& cell) {
  const Represents& as = cell.row == "event" ? written_event : represented.at(cell.row);
  const Kind& kind = *catalog().kind(as.kind);
  const bool is = may_write(access_for(cell), kind, *kind.field(as.field), relation_for(cell, kind));
  if (is == (cell.says == "yes")) return {};
  return {cell.role + " writes " + cell.row + " " + cell.column + ": " + (is ? "yes" : "-")};
}

std::vector<std::string> differences_in_doing(const Cell& cell) {
  static const std::map<std::string, Right> rights{{"submit", Right::submit},
                                                   {"check", Right::check},
                                                   {"review", Right::review},
                                                   {"export", Right::export_},
                                                   {"decide_held", Right::decide_held},
                                                   {"comment", Right::comment},
                                                   {"unmask", Right::unmask},
                                                   {"see_devices", Right::see_devices},
                                                   {"make_studio", Right::make_studio},
                                                   {"keep_grants", Right::keep_grants},
                                                   {"keep_accounts", Right::keep_accounts},
                                                   {"audit", Right::audit},
                                                   {"consent", Right::consent},
                                                   {"erase", Right::erase}};
  Question question{rights.at(cell.column), catalog().kind("concern"), nullptr, Sensitivity::personal, {}};
  question.relation.accepted = true;
  const Decision is = decide(access_for(cell), question);
  if (name_of(is) == cell.says) return {};
  return {cell.role + " does " + cell.column + ": " + name_of(is)};
}

std::vector<std::string> differences(const Cell& cell) {
  if (cell.section == "see") return differences_in_seeing(cell);
  return cell.section == "write" ? differences_in_writing(cell) : differences_in_doing(cell);
}

// Another thing that the cell might say.
std::string flipped(const Cell& cell) {
  if (cell.says != "-") return "-";
  return cell.section == "see" ? lianxin::name_of(floor_of(catalog(), represented.at(cell.row).kind)) : "yes";
}

TEST_SUITE("sync/model/policy_matrix") {
  TEST_CASE("the policy says what the table says, in every cell") {
    const std::vector<Cell> cells = policy_matrix::cells();
    CHECK(cells.size() > 1'000);
    std::set<std::string> roles;
    for (const Cell& cell : cells) {
      roles.insert(cell.role);
      for (const std::string& difference : differences(cell)) FAIL_CHECK(difference);
    }
    CHECK(roles.size() == 12);
  }
  TEST_CASE("a cell that says anything else is found") {
    for (Cell cell : policy_matrix::cells()) {
      cell.says = flipped(cell);
      CAPTURE(cell.role + " " + cell.row + " " + cell.column);
      CHECK_FALSE(differences(cell).empty());
    }
  }
  TEST_CASE("nobody unmasks health from above the county, nor what is not accepted, and no administrator anything") {
    const auto unmasks = [&](const char* role, Sensitivity sensitivity, bool accepted) {
      Question question{Right::unmask, catalog().kind("outreach_visit"), nullptr, sensitivity, {}};
      question.relation.accepted = accepted;
      return decide(access_for({"do", role, role, "unmask", {}}), question) == Decision::allowed;
    };
    CHECK(unmasks("coordinator", Sensitivity::health, false));
    CHECK(unmasks("city_supervisor", Sensitivity::personal, true));
    CHECK_FALSE(unmasks("city_supervisor", Sensitivity::health, true));
    CHECK_FALSE(unmasks("province_supervisor", Sensitivity::personal, false));
    for (const char* role : {"admin", "auditor", "convener", "privacy_officer"}) {
      CHECK_FALSE(unmasks(role, Sensitivity::personal, true));
    }
  }
}

}  // namespace
}  // namespace lianxin
