// The conditions of every step of every shipped workflow, held against the files themselves: what is expected is read
// from the JSON, never from what the reader of kinds files made of it.
#include "sync/rules/gates.h"

#include <doctest/doctest.h>

#include <ostream>
#include <set>

#include "schema/day.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "sync/model/view.h"
#include "sync/rules/complete.h"
#include "sync/rules/judge.h"
#include "sync/rules/reached.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/rules/played.h"

namespace lianxin {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr const char* roles_all[] = {
    "convener",        "member",        "informant",       "clinic_doctor",       "township_liaison",
    "coordinator",     "handling_unit", "city_supervisor", "province_supervisor", "auditor",
    "privacy_officer", "admin",         "server"};

// The steps of a ladder as its file says them.
struct SaidStep {
  std::set<std::string> roles;
  Value::List conditions;
};
using SaidSteps = std::map<std::pair<std::string, std::string>, SaidStep>;

struct SaidLadder {
  std::string initial;
  std::vector<std::string> states;
  SaidSteps steps;
};

SaidLadder said(const std::string& name) {
  SaidLadder found;
  for (const KindFile& file : shipped_kind_files()) {
    const auto parsed = parse_json(file.text);
    REQUIRE(parsed);
    for (const Value& ladder : parsed->list_at("ladders")) {
      if (ladder.text_at("name") != name) continue;
      found.initial = ladder.text_at("initial");
      for (const Value& state : ladder.list_at("states")) found.states.emplace_back(state.text_at("state"));
      for (const Value& step : ladder.list_at("steps")) {
        const Value* from = step.find("from");
        for (const Value& origin : from->list() ? *from->list() : Value::List{*from}) {
          SaidStep& one = found.steps[{*origin.text(), std::string(step.text_at("to"))}];
          for (const Value& role : step.list_at("roles")) one.roles.insert(*role.text());
          one.conditions = step.list_at("conditions");
        }
      }
    }
  }
  return found;
}

// What a complete record of each kind shows.
const std::map<std::string, std::vector<std::pair<const char*, Value>>> complete{{"concern",
                                                                                  {{"title", "路灯"},
                                                                                   {"description", "灯坏了"},
                                                                                   {"source_kind", "outreach"},
                                                                                   {"appeal_type", "help"},
                                                                                   {"category_code", "市政/路灯"},
                                                                                   {"region_code", "990121100201"},
                                                                                   {"urgency", "normal"},
                                                                                   {"assigned_unit", "县住建局"},
                                                                                   {"deadline_on", "2026-10-30"},
                                                                                   {"resume_on", "2026-10-30"},
                                                                                   {"outcome", "solved"},
                                                                                   {"outcome_text", "换了灯"}}},
                                                                                 {"outreach_visit",
                                                                                  {{"visit_kind", "enterprise"},
                                                                                   {"occurred_on", "2026-09-21"},
                                                                                   {"region_code", "990121100201"},
                                                                                   {"address_text", "一组"}}},
                                                                                 {"plan_item", {}}};

// One way in which a condition holds, and one in which it does not; `when` is the day on which the step is taken.
struct Staging {
  bool met = true;
  std::int64_t after_days = 0;
};

void fill_all(Played& played) {
  for (const auto& [name, value] : complete.at(played.row.kind)) played.fill(name, value);
  if (played.row.kind != "outreach_visit") return;
  played.take(played.change_of({{{"visitors", "米小满", {}}, Op::add, {}, {}, {}, {}},
                                count("persons_reached", 3),
                                count("households_reached", 1)}),
              "server", Bench::noon_ms);
}

// Brings the record into a state by the shortest way that the file knows, whoever may take it.
bool bring(Played& played, const SaidLadder& ladder, const std::string& state) {
  std::map<std::string, std::vector<std::string>> way{{ladder.initial, {}}};
  std::vector<std::string> open{ladder.initial};
  while (!open.empty() && !way.contains(state)) {
    std::vector<std::string> further;
    for (const std::string& from : open) {
      for (const auto& [ends, step] : ladder.steps) {
        if (ends.first != from || way.contains(ends.second)) continue;
        way[ends.second] = way[from];
        way[ends.second].push_back(ends.second);
        further.push_back(ends.second);
      }
    }
    open = std::move(further);
  }
  if (!way.contains(state)) return false;
  std::int64_t at = Bench::noon_ms;
  for (const std::string& to : way[state]) {
    const std::string from = state_of(played.catalog, played.row, played.field);
    const std::string role = *ladder.steps.at({from, to}).roles.begin();
    played.take(played.change_of({played.step_to(to)}), role, at += 1000);
  }
  return state_of(played.catalog, played.row, played.field) == state;
}

// Makes one condition fail, and says by which code. None where nothing can make it fail from here.
std::optional<std::string> break_it(Played& played, const Value& condition, const std::string& to,
                                    std::int64_t& at_ms) {
  if (condition.find("complete")) {
    const char* field = played.row.kind == "concern" ? "title" : "occurred_on";
    if (complete.at(played.row.kind).empty()) return std::nullopt;
    played.fill(field, Value());
    return "incomplete";
  }
  if (condition.find("sound")) {
    HeldMark mark;
    mark.id = numbered<ChangeId>(0xF0);
    mark.code = "value_type";
    played.row.held.push_back(mark);
    return "change_waits";
  }
  if (condition.find("back")) {
    return how_reached(played.catalog, played.row, played.field).from == to
               ? std::nullopt
               : std::optional<std::string>("step_leads_back");
  }
  if (condition.find("within_days")) {
    at_ms += (condition.integer_at("within_days") + 1) * day_ms;
    return "step_too_late";
  }
  if (condition.find("within_working_days")) {
    at_ms += 8 * day_ms;  // more than two working days, whatever day it is
    return "step_too_late";
  }
  if (condition.find("after_days")) return "step_too_early";
  if (condition.find("corrected")) {
    played.fill("_marks", Value::List{"description"});
    return "nothing_corrected";
  }
  if (condition.find("each")) {
    played.take(played.change_of({{{"reporters", "甲", "callback_wanted"}, Op::put, true, {}, {}, {}}}), "server",
                Bench::noon_ms);
    return "feedback_owed";
  }
  if (condition.find("accepted")) return "step_value";
  if (const Value* shows = condition.find("shows")) {
    if (condition.find("when")) played.fill(std::string(condition.text_at("when")), true);
    const std::string field = *shows->list()->front().text();
    if (played.catalog.field(played.row.kind, field)->merge == Merge::register_) played.fill(field, Value());
    return "incomplete";
  }
  played.fill(std::string(condition.text_at("when")), Value());
  return "step_value";
}

// Makes one condition hold where it would not by itself.
void keep_it(Played& played, const Value& condition, std::int64_t& at_ms) {
  if (condition.find("after_days")) at_ms += condition.integer_at("after_days") * day_ms;
  if (condition.find("shows") && !condition.find("when")) {
    for (const Value& field : condition.list_at("shows")) {
      const bool marks = *field.text() == "_marks";
      if (*field.text() == "resume_on") continue;
      played.fill(*field.text(), marks ? Value(Value::List{"description"}) : Value(Value::Object{{"score", 3}}));
    }
  }
  if (condition.find("when") && !condition.find("shows") && !condition.find("each")) {
    const Value& wanted = condition.list_at("in").front();
    const std::string field(condition.text_at("when"));
    const bool yes = played.catalog.field(played.row.kind, field)->type == FieldType::boolean;
    played.fill(field, yes ? Value(*wanted.text() == "true") : wanted);
  }
}

bool binds(const Value& condition, const std::string& role) {
  const Value::List& roles = condition.list_at("roles");
  return roles.empty() || std::find(roles.begin(), roles.end(), Value(role)) != roles.end();
}

struct Outcome {
  std::string judged;          // by the rules of merging
  std::set<std::string> gate;  // codes
};

Outcome taken(Played& played, const std::string& to, const std::string& role, std::int64_t at_ms, bool accepted) {
  const Change change = played.change_of({played.step_to(to)});
  // His who began it, on a phone to which it was given: for what else a role may not write in is asked elsewhere.
  Access access{played.row.created_by, {role}, Sensitivity::health};
  access.delivered = true;
  const auto refusal = judge(played.catalog, played.row, change, access);
  if (refusal) return {refusal->code, {}};
  Surroundings around;
  around.day = day_in_shanghai(at_ms);
  if (accepted) {
    around.named = [](std::string_view) { return NamedRecord{"outreach_visit", {{"_review", "accepted"}}}; };
  }
  const Row after = played.with(change, role, at_ms);
  Outcome outcome;
  for (const Refusal& each : obstacles_to({played.catalog, played.row, after, change, access.roles, around})) {
    outcome.gate.insert(each.code);
  }
  return outcome;
}

struct Counted {
  int steps = 0, allowed = 0, refused_role = 0, refused_condition = 0;
};

// Every (from, to, role), and for each of its conditions once met and once not.
Counted matrix(const std::string& kind, const std::string& field, const std::string& name) {
  const Catalog& catalog = shipped_catalog();
  const SaidLadder ladder = said(name);
  Counted counted;
  for (const std::string& from : ladder.states) {
    for (const std::string& to : ladder.states) {
      const auto step = ladder.steps.find({from, to});
      for (const char* role : roles_all) {
        INFO(from << " -> " << to << " by " << std::string(role));
        Played start(catalog, kind, field);
        fill_all(start);
        if (!bring(start, ladder, from)) continue;
        // May the role write the field at all, whatever the step?
        const std::vector<std::string>& writers = catalog.field(kind, field)->writers;
        const bool writes =
            std::find(writers.begin(), writers.end(), role) != writers.end() || role == std::string("server");
        std::int64_t at_ms = Bench::noon_ms + 60'000;
        const bool allowed = step != ladder.steps.end() && step->second.roles.contains(role) && writes;
        if (!allowed) {
          const Outcome outcome = taken(start, to, role, at_ms, true);
          CHECK_FALSE(outcome.judged.empty());
          counted.refused_role += 1;
          continue;
        }
        counted.steps += 1;
        const std::string back = how_reached(catalog, start.row, field).from;
        bool leads_back = true;
        for (const Value& condition : step->second.conditions) {
          if (!binds(condition, role)) continue;
          if (condition.find("back") && back != to) leads_back = false;
          keep_it(start, condition, at_ms);
        }
        start.fill("source_record_id", numbered<RecordId>(9).text());
        const Outcome met = taken(start, to, role, at_ms, true);
        CHECK(met.judged == "");
        CHECK(met.gate == (leads_back ? std::set<std::string>{} : std::set<std::string>{"step_leads_back"}));
        counted.allowed += leads_back ? 1 : 0;
        for (std::size_t i = 0; i < step->second.conditions.size(); ++i) {
          if (!binds(step->second.conditions[i], role)) continue;
          Played broken = start;
          std::int64_t then_ms = at_ms;
          if (step->second.conditions[i].find("after_days")) then_ms = Bench::noon_ms + 60'000;
          const auto code = break_it(broken, step->second.conditions[i], to, then_ms);
          if (!code) continue;
          CAPTURE(*code);
          const Outcome unmet = taken(broken, to, role, then_ms, *code != "step_value");
          CHECK(unmet.judged == "");
          CHECK(unmet.gate.contains(*code));
          counted.refused_condition += 1;
        }
      }
    }
  }
  MESSAGE(counted.steps << " (from, to, role) of the file, " << counted.allowed << " taken, " << counted.refused_role
                        << " refused by role, " << counted.refused_condition << " refused by a condition");
  return counted;
}

TEST_SUITE("sync/rules/gates") {
  TEST_CASE("a concern's steps: every from, to, role and condition, met and not met") {
    const Counted counted = matrix("concern", "state", "concern");
    CHECK(counted.steps > 90);
    CHECK(counted.refused_condition > 60);
  }
  TEST_CASE("a review's steps: every from, to, role and condition, met and not met") {
    const Counted counted = matrix("outreach_visit", "_review", "review");
    CHECK(counted.steps > 25);
    CHECK(counted.refused_condition > 20);
  }
  TEST_CASE("a plan's steps: every from, to and role") {
    CHECK(matrix("plan_item", "state", "plan").refused_condition == 0);
  }

  TEST_CASE("two working days end on Tuesday for what came on Friday") {
    Played played(shipped_catalog(), "concern", "state");
    fill_all(played);
    const std::int64_t friday = 1'790'000'000'000 + 4 * day_ms;  // 2026-09-25 in Shanghai
    REQUIRE(day_in_shanghai(friday) == "2026-09-25");
    for (const char* to : {"triaged", "assigned"}) {
      played.take(played.change_of({played.step_to(to)}), "coordinator", friday);
    }
    CHECK(taken(played, "triaged", "handling_unit", friday + 4 * day_ms, true).gate.empty());
    CHECK(taken(played, "triaged", "handling_unit", friday + 5 * day_ms, true).gate ==
          std::set<std::string>{"step_too_late"});
    CHECK(taken(played, "triaged", "coordinator", friday + 5 * day_ms, true).gate.empty());
  }

  TEST_CASE("parting puts a record back with whatever it owed there") {
    Played played(shipped_catalog(), "concern", "state");
    for (const char* to : {"triaged", "assigned", "merged"}) {  // as lines that were made elsewhere may
      played.take(played.change_of({played.step_to(to)}), "coordinator", Bench::noon_ms + 1000);
    }
    const std::vector<std::string> roles{"coordinator"};
    const Surroundings around;
    // A mark that is not there is taken away by nobody, and excuses nothing.
    const Change idle = played.change_of(
        {played.step_to("assigned"), {{"_alias", played.row.record.text(), {}}, Op::remove, {}, {}, {}, {}}});
    CHECK_FALSE(obstacles_to({played.catalog, played.row, played.with(idle, "coordinator", Bench::noon_ms + 2000), idle,
                              roles, around})
                    .empty());
    played.take(played.change_of({{{"_alias", played.row.record.text(), {}}, Op::add, {}, {}, {}, {}}}), "coordinator",
                Bench::noon_ms + 1500);
    for (const bool parts : {true, false}) {
      std::vector<Write> writes{played.step_to("assigned")};
      if (parts) writes.push_back({{"_alias", played.row.record.text(), {}}, Op::remove, {}, {}, {}, {}});
      const Change back = played.change_of(std::move(writes));
      const Row after = played.with(back, "coordinator", Bench::noon_ms + 2000);
      CHECK(obstacles_to({played.catalog, played.row, after, back, roles, around}).empty() == parts);
    }
  }

  TEST_CASE("a record that another one stands for goes on only when it is parted") {
    Played played(shipped_catalog(), "concern", "state");
    fill_all(played);
    played.take(played.change_of({played.step_to("merged")}), "coordinator", Bench::noon_ms + 1000);
    const std::vector<std::string> roles{"coordinator"};
    const Change back = played.change_of({played.step_to("collected")});
    const Row after = played.with(back, "coordinator", Bench::noon_ms + 2000);
    for (const bool lesser : {true, false}) {
      Surroundings around;
      around.joined = [&] { return JoinedAround{lesser, {}}; };
      const std::vector<Refusal> refused = obstacles_to({played.catalog, played.row, after, back, roles, around});
      CHECK(refused.empty() != lesser);
      if (lesser) CHECK(refused.front().code == refusals::step_joined);
    }
  }

  TEST_CASE("what was marked and then written may be sent on; what was written before the mark does not count") {
    Played played(shipped_catalog(), "concern", "state");
    fill_all(played);
    for (const char* to : {"triaged", "returned"}) {
      played.take(played.change_of({played.step_to(to)}), "coordinator", Bench::noon_ms + 5000);
    }
    played.fill("_marks", Value::List{"description", "title"});
    CHECK(taken(played, "collected", "convener", Bench::noon_ms + 9000, true).gate ==
          std::set<std::string>{"nothing_corrected"});
    played.take(
        played.change_of({edit_of(played.catalog, "concern", played.row, {"title", {}, {}}, Op::put, "路灯不亮")}),
        "convener", Bench::noon_ms + 8000);
    CHECK(taken(played, "collected", "convener", Bench::noon_ms + 9000, true).gate.empty());
  }

  TEST_CASE("two amounts inside an element stand in the way of a verdict, two names do not") {
    const std::string gift = "gifts/6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10";
    for (const auto& [part, values, blocks] : {std::tuple("/value_fen", std::pair<Value, Value>(50000, 60000), true),
                                               std::tuple("/name", std::pair<Value, Value>("大米", "面粉"), false)}) {
      Played played(shipped_catalog(), "outreach_visit", "_review");
      fill_all(played);
      const Address at = *Address::parse(gift + part);
      played.take(played.change_of({{*Address::parse(gift), Op::add, {}, {}, {}, {}}}), "convener", Bench::noon_ms);
      for (const Value& value : {values.first, values.second}) {
        played.take(played.change_of({{at, Op::put, value, {}, {}, {}}}), "convener", Bench::noon_ms + 2000);
      }
      REQUIRE(conflicts_of(played.catalog, played.row).size() == 1);
      CHECK(not_sound(played.catalog, played.row).size() == (blocks ? 1 : 0));
    }
  }

  TEST_CASE("a count below zero is not handed in") {
    Played played(shipped_catalog(), "outreach_visit", "_review");
    fill_all(played);
    const Surroundings around;
    const auto counted = [&](std::int64_t by) {
      played.take(played.change_of({count("persons_reached", by)}), "convener", Bench::noon_ms);
    };
    REQUIRE(not_complete(played.catalog, played.row, around).empty());
    const std::int64_t now = *shown_fields(played.catalog, played.row).at("persons_reached").integer();
    counted(-now - 3);
    const std::vector<Refusal> owed = not_complete(played.catalog, played.row, around);
    REQUIRE(owed.size() == 1);
    CHECK(owed.front().code == "value_range");
    CHECK(owed.front().field == "persons_reached");
    counted(3);
    CHECK(not_complete(played.catalog, played.row, around).empty());
  }

  TEST_CASE("an open conflict of a long text stands in the way of a verdict, one of a title does not") {
    for (const auto& [field, blocks] : {std::pair("notes_text", true), std::pair("occurred_on", false)}) {
      Played played(shipped_catalog(), "outreach_visit", "_review");
      fill_all(played);
      played.take(played.change_of({played.step_to("submitted")}), "convener", Bench::noon_ms + 1000);
      for (const char* value : {"2026-09-20", "2026-09-19"}) {
        played.take(played.change_of({put(field, value)}), "convener", Bench::noon_ms + 2000);
      }
      REQUIRE(conflicts_of(played.catalog, played.row).size() == 1);
      CHECK(taken(played, "accepted", "coordinator", Bench::noon_ms + 9000, true).gate.contains("conflict_open") ==
            blocks);
      CHECK(is_whole(played.catalog, played.row) == !blocks);
    }
  }
}

}  // namespace
}  // namespace lianxin
