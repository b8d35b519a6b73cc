#include "server/upkeep/search_indexing.h"
#include "tests/server/review/lamps.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE("server/review/join_acts") {
  TEST_CASE_FIXTURE(Lamps,
                    "a list shows joined records as one and each by itself where one looks for words or a state") {
    join(first, second, &second);
    const Value head = entry(second);
    CHECK(head.boolean_at("joined"));
    REQUIRE(head.list_at("joins").size() == 1);
    CHECK(head.list_at("joins").front().text_at("provisional_no") == "临-1");
    CHECK(entry(first).is_null());
    // The one that stands for it is not in this list.
    const Value lesser = entry(first, "/v1/records?state=merged");
    CHECK(lesser.boolean_at("joined"));
    CHECK(lesser.find("joined_into")->text_at("record") == second.text());
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    for (const RecordId& id : {first, second}) {
      CHECK(entry(id, "/v1/records?text=%E8%B7%AF%E7%81%AF").boolean_at("joined"));
    }
    part(second, first);
    for (const RecordId& id : {first, second}) {
      REQUIRE_FALSE(entry(id).is_null());
      CHECK_FALSE(entry(id).boolean_at("joined"));
      CHECK(entry(id).find("joins") == nullptr);
    }
  }

  TEST_CASE_FIXTURE(Lamps, "the lesser of joined records stand in merged until they are parted") {
    join(first, second);
    CHECK(state(first) == "collected");
    CHECK(state(second) == "merged");
    CHECK(record(studio_1, second).boolean_at("deleted") == false);
    // Another one is chosen: what stood for all steps aside, and the chosen one is where it was.
    join(first, second, &second);
    CHECK(state(first) == "merged");
    CHECK(state(second) == "triaged");
    join(second, third);
    CHECK(state(third) == "merged");
    part(first, second);
    CHECK(state(first) == "collected");
    CHECK(state(second) == "triaged");
    CHECK(state(third) == "merged");
    part(third, second);
    CHECK(state(third) == "collected");
    for (const RecordId& id : {first, second, third}) {
      CHECK(cell_of(record(studio_1, id), "_alias/" + id.text()).is_null());
    }
    // As if it had never been joined: there is no step to take back, and the next one is taken as before.
    CHECK(ask("POST", path(studio_1, third) + "/undo", Value::Object{{"field", "state"}}).status == 409);
    take(third, "triaged");
  }

  TEST_CASE_FIXTURE(Lamps, "a record that stood in merged before stays there when it is parted") {
    take(third, "merged");
    join(first, third);
    CHECK(state(third) == "merged");
    part(first, third);
    CHECK(state(third) == "merged");
  }

  TEST_CASE_FIXTURE(Lamps, "the page of a joined record shows what all parts hold") {
    join(first, second);
    for (const RecordId& id : {first, second}) {
      const Value view = record(studio_1, id);
      const Value reporters = united(view, "reporters");
      REQUIRE(reporters.list_at("elements").size() == 2);
      const Value& zhang = reporters.list_at("elements").at(0).text_at("key") == "张三"
                               ? reporters.list_at("elements").at(0)
                               : reporters.list_at("elements").at(1);
      CHECK(zhang.object_at("attributes").at("callback_wanted") == Value(true));
      CHECK(zhang.object_at("attributes").at("name") == Value("张三"));
      CHECK(zhang.list_at("records").size() == 2);
      const Value urgency = united(view, "urgency");
      CHECK(urgency.text_at("value") == "emergency");
      CHECK(urgency.text_at("record") == second.text());
      CHECK(urgency.list_at("others").at(0).text_at("value") == "normal");
      CHECK(united(view, "_provisional_no").text_at("value") == "临-1");
      CHECK(united(view, "_provisional_no").list_at("others").at(0).text_at("value") == "临-2");
      // Both wait for an answer, whichever record names them.
      CHECK(view.find("joined")->list_at("owed").size() == 2);
    }
    post(path(studio_1, first) + "/edits",
         Value::Object{
             {"writes", Value::List{Value::Object{{"at", "reporters/张三/fed_back_on"}, {"put", "2026-11-19"}}}}});
    CHECK(record(studio_1, second).find("joined")->list_at("owed").size() == 1);
    CHECK(get("/v1/records/990121-S01/%E4%B8%B4-2").text_at("record") == second.text());
  }

  TEST_CASE_FIXTURE(Lamps, "the history of a joined record tells of every line to which part it belongs") {
    join(first, second);
    const Value history = get(path(studio_1, second) + "/history");
    std::map<std::string, std::size_t> lines;
    std::int64_t last = 0;
    for (const Value& line : history.list_at("timeline")) {
      ++lines[std::string(line.text_at("record"))];
      CHECK(line.integer_at("effective_ms") >= last);
      last = line.integer_at("effective_ms");
    }
    CHECK(lines.size() == 2);
    CHECK(lines[first.text()] > 8);
    REQUIRE(history.list_at("parts").size() == 1);
    CHECK(history.list_at("parts").front().text_at("record") == first.text());
    part(first, second);
    CHECK(get(path(studio_1, second) + "/history").find("timeline") == nullptr);
  }

  TEST_CASE_FIXTURE(Lamps, "where one of two studios refuses no half of an edge and no step is left") {
    const MemberId only_first{record_id(201).bytes};
    const auto grant = [&](const char* role, const StudioId& studio) {
      Grant given;
      given.member = only_first;
      given.role = role;
      given.studio = studio;
      given.clearance = Sensitivity::personal;
      REQUIRE(must(server->grants->add(given)));
    };
    grant("coordinator", studio_1);
    grant("convener", studio_2);
    server->directory->note_change();
    const std::string who = sign_in("only_first", only_first);
    const RecordId other = record_id(4), lesser = record_id(9);
    for (const RecordId& id : {other, lesser}) {
      doctor_phone.record(studio_2, doctor, id, "concern", {put("title", "路灯不亮")});
    }
    sync(doctor_phone, studio_2);
    Value body = pair(third, other, &other);
    body.object()->at("b").object()->insert_or_assign("studio", "990121-S02");
    const Value before = entry(third);
    CHECK(ask("POST", "/v1/duplicates", body, who).status == 422);
    CHECK(record(studio_1, third).find("joined") == nullptr);
    CHECK(state(third) == "collected");
    CHECK_FALSE(entry(third).boolean_at("joined"));
    // A coordinator of both joins them, and who may part only one half parts none.
    post("/v1/duplicates", body);
    CHECK(state(third) == "merged");
    body.object()->erase("counters");
    body.object()->erase("primary");
    CHECK(ask("POST", "/v1/duplicates/remove", body, who).status == 422);
    CHECK(state(third) == "merged");
    CHECK(record(studio_1, third).find("joined")->list_at("records").size() == 2);
    post("/v1/duplicates/remove", body);
    CHECK(state(third) == "collected");
    CHECK(record(studio_2, other).find("joined") == nullptr);
  }

  // Three of a matter in two studios: the first in studio 1 is joined into one of studio 2.
  struct TwoStudios : Lamps {
    TwoStudios() {
      doctor_phone.record(studio_2, doctor, other, "concern",
                          whole("concern", {reporter("王五", "callback_wanted", true)}));
      sync(doctor_phone, studio_2);
      join_two(first, &other);
      one = of_first_only();
    }
    Value two(const RecordId& mine, const RecordId* primary = nullptr, bool join = true) const {
      Value::Object body{{"a", end(studio_1, mine)}, {"b", end(studio_2, other)}};
      if (join) body.emplace("counters", "sum");
      if (primary) body.emplace("primary", primary->text());
      return body;
    }
    void join_two(const RecordId& mine, const RecordId* primary = nullptr) {
      post("/v1/duplicates", two(mine, primary));
    }
    const RecordId other = record_id(4);
    std::string one;  // who coordinates studio 1 alone
  };

  TEST_CASE_FIXTURE(TwoStudios, "who sees one studio only moves nothing that he does not see the reason of") {
    REQUIRE(state(first) == "merged");
    post("/v1/duplicates", pair(first, third), one);
    CHECK(state(first) == "merged");
    CHECK(state(third) == "merged");
    post("/v1/duplicates/remove", pair(first, third, nullptr, false), one);
    CHECK(state(first) == "merged");
    CHECK(state(third) == "collected");
    CHECK(record(studio_2, other).text_at("state") == "collected");
    // What would step a record where he may not write is refused, and nothing is left of it.
    CHECK(ask("POST", "/v1/duplicates", pair(first, third, &third), one).status == 422);
    CHECK(state(third) == "collected");
    CHECK(record(studio_1, third).find("joined") == nullptr);
  }

  TEST_CASE_FIXTURE(Lamps, "an answer is owed by the one that stands for all to each who waits for it in any part") {
    post(path(studio_1, first) + "/edits",
         Value::Object{
             {"writes", Value::List{Value::Object{{"at", "reporters/李四/callback_wanted"}, {"put", false}}}}});
    resolve(first);
    join(first, second);
    const Value owed = record(studio_1, first).find("joined")->list_at("owed");
    CHECK(owed.list()->size() == 2);
    const Response early = ask("POST", path(studio_1, first) + "/steps", Value::Object{{"to", "fed_back"}});
    CHECK(early.status == 422);
    CHECK(json_of(early).text_at("code") == "feedback_owed");
    for (const char* who : {"张三", "李四"}) {
      post(path(studio_1, who == std::string("张三") ? first : second) + "/edits",
           Value::Object{{"writes", Value::List{Value::Object{{"at", "reporters/" + std::string(who) + "/fed_back_on"},
                                                              {"put", "2026-11-19"}}}}});
    }
    CHECK(record(studio_1, first).find("joined")->list_at("owed").empty());
    take(first, "fed_back");
  }

  TEST_CASE_FIXTURE(Lamps, "a callback that any part asks for is owed by the one that stands for all") {
    edit(second, "callback_wanted", true);
    resolve(first);
    join(first, second);
    for (const char* who : {"张三", "李四"})
      edit(second, "reporters/" + std::string(who) + "/fed_back_on", "2026-11-19");
    CHECK(ask("POST", path(studio_1, first) + "/steps", Value::Object{{"to", "fed_back"}}).status == 422);
    post(path(studio_1, first) + "/edits",
         Value::Object{{"writes", Value::List{Value::Object{{"at", "feedback"},
                                                            {"append", Value::Object{{"text", "已电话告知"}}}}}}});
    take(first, "fed_back");
  }

  TEST_CASE_FIXTURE(Lamps, "a chosen record stands for all, whatever was chosen in the chain before") {
    join(first, second, &first);
    join(second, third, &third);
    CHECK(state(third) == "collected");
    CHECK(state(first) == "merged");
    CHECK(record(studio_1, first).find("joined")->text_at("primary") == third.text());
    part(second, third);
    CHECK(state(first) == "collected");
    CHECK(state(second) == "merged");
  }

  TEST_CASE_FIXTURE(Lamps, "where the one that stands for all is deleted another takes its place, and gives it back") {
    join(first, second);
    join(second, third);
    edit(first, "_deleted", true);
    CHECK(state(second) == "triaged");
    CHECK(state(third) == "merged");
    CHECK(entry(second).list_at("joins").size() == 2);
    edit(first, "_deleted", false);
    CHECK(state(first) == "collected");
    CHECK(state(second) == "merged");
    // A deleted one is left as it is, whatever is parted.
    edit(third, "_deleted", true);
    part(second, third);
    CHECK(state(third) == "merged");
    edit(third, "_deleted", false);
    CHECK(state(third) == "collected");
  }

  TEST_CASE_FIXTURE(Lamps, "what a phone deleted is settled by the next act at the desk") {
    join(first, second);
    hao_phone.record(studio_1, hao, first, "concern", {put("_deleted", true)}, "重复");
    sync(hao_phone, studio_1);
    CHECK(record(studio_1, second).find("joined")->text_at("primary") == second.text());
    CHECK(entry(second, "/v1/records?state=merged").text_at("state") == "merged");
    edit(second, "assigned_unit", "城管局");
    CHECK(state(second) == "triaged");
    edit(second, "deadline_on", "2026-12-20");
    take(second, "assigned");
  }

  TEST_CASE_FIXTURE(Lamps, "a step that came while a record was joined is where parting leads back to") {
    join(first, third);
    hao_phone.record(studio_1, hao, third, "concern",
                     {put("solved_on_spot", true), put("outcome", "solved"), put("outcome_text", "已换灯泡"),
                      step("state", "collected", "resolved_pending_confirm")});
    sync(hao_phone, studio_1);
    REQUIRE(state(third) == "merged");
    part(first, third);
    CHECK(state(third) == "resolved_pending_confirm");
    CHECK(ask("POST", path(studio_1, third) + "/undo", Value::Object{{"field", "state"}}).status == 422);
    take(third, "resolved");
  }

  TEST_CASE_FIXTURE(Lamps, "a record whose workflow is in conflict is joined once that is settled") {
    take(third, "triaged");
    std::vector<ChangeId> bases;
    const Value seen = cell_of(record(studio_1, third), "state");
    for (const Value& head : seen.list_at("heads")) bases.push_back(*ChangeId::parse(head.text_at("id")));
    REQUIRE(bases.size() == 1);
    // Two who have not seen each other stand on what was triaged.
    TestPhone away = phone_of(server, 9, studio_1, coordinator);
    away.record(studio_1, coordinator, third, "concern", {step("state", "triaged", "rejected", bases)}, "不予受理");
    edit(third, "assigned_unit", "城管局");
    edit(third, "deadline_on", "2026-12-20");
    take(third, "assigned");
    sync(away, studio_1);
    REQUIRE(record(studio_1, third).list_at("conflicts").size() == 1);
    const Response refused = ask("POST", "/v1/duplicates", pair(first, third));
    CHECK(refused.status == 422);
    CHECK(json_of(refused).text_at("code") == "conflict_open");
    CHECK(record(studio_1, third).find("joined") == nullptr);
    // What stands for all keeps its conflict, and may be joined.
    join(first, third, &third);
    CHECK(record(studio_1, third).list_at("conflicts").size() == 1);
  }

  TEST_CASE_FIXTURE(Lamps, "a joined record is stepped by nobody while another one stands for it") {
    join(first, second);
    for (const char* act : {"/steps", "/undo"}) {
      Value::Object body{{"field", "state"}};
      if (act == std::string("/steps")) body.emplace("to", "triaged");
      const Response refused = ask("POST", path(studio_1, second) + act, body);
      CHECK(refused.status == 422);
      CHECK(json_of(refused).text_at("code") == "step_joined");
    }
    CHECK(state(second) == "merged");
    part(first, second);
    CHECK(state(second) == "triaged");
  }

  TEST_CASE_FIXTURE(Lamps, "what is parted is asked for as joined no more") {
    const auto joined = [&] { return must(server->lists->joined(studio_1, "concern")); };
    join(first, second);
    CHECK(joined() == std::vector{first});
    part(first, second);
    CHECK(joined().empty());
  }

  TEST_CASE_FIXTURE(Lamps, "totals of two studios find one matter and count it in one of them") {
    const RecordId there = record_id(50), last = record_id(60);
    doctor_phone.record(studio_2, doctor, there, "concern", whole("concern"));
    sync(doctor_phone, studio_2);
    hao_phone.record(studio_1, hao, last, "concern", whole("concern"));
    sync(hao_phone, studio_1);
    join(first, last);  // stands in the first alone
    post("/v1/duplicates", Value::Object{{"a", end(studio_2, there)}, {"b", end(studio_1, last)}, {"counters", "sum"}});
    const auto total = [&](const StudioId& studio) {
      const Value totals = get("/v1/totals?kind=concern&studio=" + studio.text());
      for (const Value& indicator : totals.list_at("indicators")) {
        if (indicator.text_at("name") == "n_conc") return indicator.integer_at("value");
      }
      return std::int64_t{-1};
    };
    CHECK(total(studio_1) == 3);
    CHECK(total(studio_2) == 0);
    CHECK(entry(there, "/v1/records?kind=concern&studio=" + studio_2.text()).find("joined_into")->text_at("record") ==
          first.text());
  }
}
