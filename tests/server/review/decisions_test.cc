#include "sync/server/act.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE("server/review/decisions") {
  // A consultation that hao wrote and submitted.
  struct Submitted : ReviewDesk {
    Submitted() {
      title = hao_phone.record(studio_1, hao, id, "micro_consultation", whole("micro_consultation"));
      submitted = hao_phone.record(studio_1, hao, id, "micro_consultation", {step("_review", "draft", "submitted")});
      sync(hao_phone, studio_1);
    }
    Value verdict(const char* to, Value::Object more = {}) {
      more.emplace("studio", studio_1.text());
      more.emplace("record", id.text());
      more.emplace("to", to);
      const Value answer = post("/v1/verdicts", more);
      return answer.list_at("results").at(0);
    }
    const RecordId id = record_id(1);
    ChangeId title, submitted;
  };

  TEST_CASE_FIXTURE(Submitted, "an accepted record that its author edits afterwards is shown as revised") {
    const Value done = verdict("accepted");
    CHECK(done.text_at("outcome") == "done");
    CHECK(done.object_at("now").at("review") == Value("accepted"));
    CHECK_FALSE(record(studio_1, id).boolean_at("revised"));
    CHECK(record(studio_1, id).text_at("official_no") == "990121-S01-微商-2026-0001");

    hao_phone.record(studio_1, hao, id, "micro_consultation", {put_over("title", "彩石路口放学时段", {title})});
    sync(hao_phone, studio_1);
    const Value view = record(studio_1, id);
    CHECK(view.boolean_at("revised"));
    CHECK(view.text_at("review") == "accepted");
    CHECK(get("/v1/records?revised=1").list_at("records").size() == 1);
    // Looked at and accepted again, it is as accepted as before.
    CHECK(verdict("accepted").text_at("outcome") == "done");
    CHECK_FALSE(record(studio_1, id).boolean_at("revised"));
    CHECK(verdict("returned", {{"reason", "请补充结果"}, {"marks", Value::List{"title"}}}).text_at("outcome") ==
          "done");
    CHECK_FALSE(record(studio_1, id).boolean_at("revised"));
  }

  TEST_CASE_FIXTURE(Submitted, "a verdict on an old screen leaves what came since as revised") {
    const Seq seen = record(studio_1, id).integer_at("last_seq");
    hao_phone.record(studio_1, hao, id, "micro_consultation", {put_over("title", "改过的题目", {title})});
    sync(hao_phone, studio_1);
    CHECK(verdict("accepted", {{"seen", seen}}).text_at("outcome") == "done");
    CHECK(record(studio_1, id).boolean_at("revised"));
  }

  TEST_CASE_FIXTURE(Submitted, "returning needs a reason and marks fields and leaves a comment") {
    const Value refused = verdict("returned");
    CHECK(refused.text_at("outcome") == "refused");
    CHECK(refused.text_at("code") == "reason_missing");
    CHECK(record(studio_1, id).text_at("review") == "submitted");

    const Value done =
        verdict("returned",
                {{"reason", "缺结果"}, {"marks", Value::List{"consensus_text", "title"}}, {"comment", "请写清结果"}});
    CHECK(done.text_at("outcome") == "done");
    const Value view = record(studio_1, id);
    CHECK(view.text_at("review") == "returned");
    CHECK(cell_of(view, "_marks").list_at("value").size() == 2);
    const Value comments = get("/v1/records?kind=comment");
    REQUIRE(comments.list_at("records").size() == 1);
    // It is read with the record, and what is marked and missing in a list as well.
    REQUIRE(view.list_at("comments").size() == 1);
    CHECK(view.list_at("comments").at(0).text_at("text") == "请写清结果");
    CHECK(view.list_at("comments").at(0).text_at("member_name") == "程协友");
    CHECK(view.list_at("comments").at(0).integer_at("created_ms") == server.now_ms);
    const Value listed = get("/v1/records?kind=micro_consultation").list_at("records").at(0);
    CHECK(listed.list_at("marked") == Value::List{"协商结果", "议题"});
    CHECK(listed.integer_at("missing_count") == static_cast<std::int64_t>(view.list_at("missing").size()));
    CHECK(listed.list_at("missing") == view.list_at("missing_labels"));
    CHECK(listed.text_at("state_label").empty());
    const Value late = verdict("accepted", {{"from", "submitted"}});
    CHECK(late.text_at("outcome") == "conflict");
    CHECK(late.find("now")->text_at("review") == "returned");
    CHECK(late.find("now")->list_at("heads").size() == 1);
  }

  TEST_CASE_FIXTURE(Submitted, "one verdict of many that fails holds up no other") {
    const Value answer =
        post("/v1/verdicts",
             Value::Object{
                 {"verdicts",
                  Value::List{
                      Value::Object{{"studio", studio_1.text()}, {"record", record_id(99).text()}, {"to", "accepted"}},
                      Value::Object{{"studio", studio_1.text()}, {"record", id.text()}, {"to", "accepted"}}}}});
    CHECK(answer.list_at("results").at(0).text_at("outcome") == "not_found");
    CHECK(answer.list_at("results").at(1).text_at("outcome") == "done");
  }

  TEST_CASE_FIXTURE(Submitted,
                    "a lower step beside a higher one is history in its standing as in the reason for what is shown") {
    REQUIRE(verdict("accepted").text_at("outcome") == "done");
    const RecordId concern = record_id(2);
    hao_phone.record(studio_1, hao, concern, "concern", {put("title", "路灯不亮")});
    sync(hao_phone, studio_1);
    const Moment moment = must(server->moments->now());
    const SelfDevice desk = must(server->keys->desk("cheng", coordinator, server->random));
    const auto take = [&](const char* to, const char* reason) {
      const Draft draft{concern, "concern", reason, {step("state", "collected", to)}, 0};
      must(act(*server->store, studio_1, moment.rules(*moment.places->place(studio_1)), desk, std::span(&draft, 1)));
    };
    take("triaged", "");
    take("withdrawn", "重复反映");
    const Value history = get(path(studio_1, concern) + "/history");
    for (const Value& field : history.list_at("fields")) {
      if (field.text_at("address") != "state") continue;
      CHECK(field.find("why")->text_at("code") == "highest_step");
      REQUIRE(field.list_at("entries").size() == 2);
      CHECK(field.list_at("entries").at(0).find("standing")->text_at("code") == "gave_way");
      CHECK(field.list_at("entries").at(1).find("standing")->text_at("code") == "in_force");
    }
  }

  TEST_CASE_FIXTURE(Submitted, "two titles side by side are a conflict until somebody keeps one") {
    server.now_ms += 60'000;  // so that her clock is the later one
    mi_phone.record(studio_1, mi, id, "micro_consultation", {put("title", "柳湾小学门口")});
    sync(mi_phone, studio_1);
    CHECK(cell_of(record(studio_1, id), "title").text_at("value") == "柳湾小学门口");
    const Value list = get("/v1/conflicts");
    REQUIRE(list.list_at("records").size() == 1);
    const Value& open = list.list_at("records").at(0).list_at("conflicts").at(0);
    CHECK(open.text_at("address") == "title");
    CHECK(open.list_at("heads").size() == 2);
    CHECK(open.find("why")->text_at("code") == "later_clock");

    // An ordinary edit closes no conflict.
    post(path(studio_1, id) + "/edits",
         Value::Object{{"writes", Value::List{Value::Object{{"at", "place_text"}, {"put", "活动室"}}}}});
    CHECK(get("/v1/conflicts").list_at("records").size() == 1);

    post(path(studio_1, id) + "/resolve",
         Value::Object{{"address", "title"}, {"keep", title.text()}, {"reason", "以主会为准"}});
    CHECK(get("/v1/conflicts").list_at("records").empty());
    const Value view = record(studio_1, id);
    CHECK(cell_of(view, "title").text_at("value") == "彩石路口");
    CHECK(cell_of(view, "title").list_at("heads").size() == 1);
    CHECK(cell_of(view, "title").find("why")->text_at("code") == "only_head");

    const Response again =
        ask("POST", path(studio_1, id) + "/resolve", Value::Object{{"address", "title"}, {"value", "x"}});
    CHECK(again.status == 409);
    CHECK(json_of(again).find("now")->list_at("heads").at(0).text_at("value") == "彩石路口");
    CHECK(json_of(again).find("now")->integer_at("conflicts", -1) == 0);
    const Value drafts = get("/v1/drafts");
    REQUIRE(drafts.list_at("drafts").size() == 1);
    CHECK(drafts.list_at("drafts").at(0).text_at("draft") == json_of(again).text_at("draft"));
    CHECK(drafts.list_at("drafts").at(0).find("body")->text_at("value") == "x");

    const Value history = get(path(studio_1, id) + "/history");
    for (const Value& field : history.list_at("fields")) {
      if (field.text_at("address") != "title") continue;
      REQUIRE(field.list_at("entries").size() == 3);
      CHECK(field.list_at("entries").at(0).find("standing")->text_at("code") == "replaced");
      CHECK(field.list_at("entries").at(2).list_at("replaced").size() == 2);
      CHECK(field.list_at("entries").at(2).text_at("reason") == "以主会为准");
      CHECK(field.list_at("entries").at(1).text_at("device_name") == "测试机");
    }
  }

  TEST_CASE_FIXTURE(Submitted,
                    "between two equal verdicts another one decides nothing and a resolution does (PROTOCOL 3.11)") {
    REQUIRE(verdict("accepted").text_at("outcome") == "done");
    const Moment moment = must(server->moments->now());
    const SelfDevice desk = must(server->keys->desk("cheng", coordinator, server->random));
    const Draft late{id, "micro_consultation", "缺结果", {step("_review", "submitted", "returned", {submitted})}, 0};
    must(act(*server->store, studio_1, moment.rules(*moment.places->place(studio_1)), desk, std::span(&late, 1)));
    CHECK(record(studio_1, id).text_at("review") == "submitted");
    CHECK(verdict("accepted").text_at("code") == "conflict_open");
    CHECK(get("/v1/conflicts").list_at("records").size() == 1);
    post(path(studio_1, id) + "/resolve",
         Value::Object{{"address", "_review"}, {"value", "accepted"}, {"reason", "以主会为准"}});
    CHECK(get("/v1/conflicts").list_at("records").empty());
    CHECK(record(studio_1, id).text_at("review") == "accepted");
  }

  // A concern in which hao wrote what only a coordinator may.
  struct Held : ReviewDesk {
    Held() {
      hao_phone.record(studio_1, hao, id, "concern", whole("concern", {put("title", "路灯不亮")}));
      change = hao_phone.record(studio_1, hao, id, "concern", {put("assigned_unit", "县住建局")});
      sync(hao_phone, studio_1);
    }
    std::string at() const { return "/v1/held/" + studio_1.text() + "/" + change.text(); }
    const RecordId id = record_id(2);
    ChangeId change;
  };

  TEST_CASE_FIXTURE(Held, "a held change is listed with its values and takes effect when it is released") {
    const Value held = get("/v1/held");
    REQUIRE(held.list_at("held").size() == 1);
    CHECK(held.list_at("held").at(0).text_at("code") == "not_allowed");
    CHECK(held.list_at("held").at(0).list_at("writes").at(0).text_at("text") == "县住建局");
    CHECK(get("/v1/records?held=1").list_at("records").size() == 1);
    CHECK(cell_of(record(studio_1, id), "assigned_unit").is_null());
    post(at(), Value::Object{{"decision", "release"}});
    CHECK(cell_of(record(studio_1, id), "assigned_unit").text_at("value") == "县住建局");
    CHECK(get("/v1/held").list_at("held").empty());
    const Response twice = ask("POST", at(), Value::Object{{"decision", "dismiss"}});
    CHECK(twice.status == 409);
    CHECK(json_of(twice).text_at("code") == "held_unknown");
    CHECK(json_of(twice).find("now")->integer_at("held", -1) == 0);
    CHECK(json_of(twice).find("now")->text_at("record") == id.text());
    CHECK_FALSE(json_of(twice).text_at("detail").empty());
  }

  TEST_CASE_FIXTURE(Held, "held changes go on page by page over those that the asker may see and over no other") {
    // More than is read in one turn, of a kind that the coordinator must not know of, before and among hers.
    const std::string at_doctor = "/v1/devices/" + doctor_phone.device().text() + "/revoke";
    const std::string at_mi = "/v1/devices/" + mi_phone.device().text() + "/revoke";
    post(at_doctor, {});
    post(at_mi, {});
    std::set<std::string> hers{id.text()};
    for (std::uint8_t n = 0; n < 210; ++n) {
      doctor_phone.record(studio_2, doctor, record_id(20), "clinic_encounter", {put("chief_complaint", "头晕")});
      if (n % 70 != 69) continue;
      server.now_ms += 1000;
      sync(doctor_phone, studio_2);
      const RecordId visit = record_id(static_cast<std::uint8_t>(100 + n / 70));
      mi_phone.record(studio_1, mi, visit, "outreach_visit", {put("occurred_on", "2026-11-17")});
      sync(mi_phone, studio_1);
      hers.insert(visit.text());
    }
    for (const char* limit : {"1", "3", "4", "500"}) {
      CAPTURE(limit);
      std::multiset<std::string> met;
      std::string after;
      do {
        const Value page = get("/v1/held?limit=" + std::string(limit) + (after.empty() ? "" : "&after=" + after));
        REQUIRE_FALSE(page.list_at("held").empty());
        for (const Value& held : page.list_at("held")) met.emplace(held.text_at("record"));
        after = page.text_at("next");
      } while (!after.empty());
      CHECK(met == std::multiset<std::string>(hers.begin(), hers.end()));
    }
    CHECK(ask("GET", "/v1/held?after=nowhere").status == 400);
    CHECK(get("/v1/held?studio=990121-S02").list_at("held").empty());
  }

  TEST_CASE_FIXTURE(Held, "a held change is corrected with the right value in its place") {
    post(at(), Value::Object{{"decision", "correct"},
                             {"writes", Value::List{Value::Object{{"at", "assigned_unit"}, {"put", "柳湾镇政府"}}}}});
    const Value view = record(studio_1, id);
    CHECK(cell_of(view, "assigned_unit").text_at("value") == "柳湾镇政府");
    CHECK(view.list_at("held").at(0).text_at("decision") == "corrected");
    CHECK(view.list_at("conflicts").empty());
  }

  TEST_CASE_FIXTURE(Held, "a dismissed change stays readable and changes nothing") {
    post(at(), Value::Object{{"decision", "dismiss"}, {"reason", "尚未交办"}});
    const Value view = record(studio_1, id);
    CHECK(cell_of(view, "assigned_unit").is_null());
    CHECK(view.list_at("held").at(0).text_at("decision") == "dismissed");
    CHECK(get("/v1/held").list_at("held").empty());
  }

  TEST_CASE_FIXTURE(Held, "the history tells what was held only to its author and to those who decide about it") {
    const std::string at_history = path(studio_1, id) + "/history";
    hao_phone.record(studio_1, hao, id, "concern", {add("no_such_set", "某甲")});
    sync(hao_phone, studio_1);
    const std::string token_of_mi = sign_in("mi", mi);
    const std::string for_mi = ask("GET", at_history, {}, token_of_mi).body;
    CHECK(for_mi.find("县住建局") == std::string::npos);
    CHECK(for_mi.find("某甲") == std::string::npos);
    CHECK(for_mi.find("路灯不亮") != std::string::npos);
    CHECK(for_mi.find("not_allowed") != std::string::npos);
    CHECK(for_mi.find(change.text()) != std::string::npos);
    CHECK(ask("GET", at_history).body.find("县住建局") != std::string::npos);
    CHECK(ask("GET", at_history, {}, sign_in("hao", hao)).body.find("县住建局") != std::string::npos);
    post(at(), Value::Object{{"decision", "release"}});
    CHECK(ask("GET", at_history, {}, token_of_mi).body.find("县住建局") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Held, "a convener at a desk decides nothing about held changes") {
    const std::string token_of_mi = sign_in("mi", mi);
    const Response response = ask("POST", at(), Value::Object{{"decision", "release"}}, token_of_mi);
    CHECK(response.status == 422);
    CHECK(json_of(response).text_at("code") == "not_allowed");
    CHECK(json_of(response).text_at("type") == "/problems/not_allowed");
    const Response edit =
        ask("POST", path(studio_1, id) + "/edits",
            Value::Object{{"writes", Value::List{Value::Object{{"at", "deadline_on"}, {"put", "明天"}}}}});
    CHECK(edit.status == 422);
    CHECK(json_of(edit).text_at("code") == "value_type");
    CHECK(json_of(edit).text_at("field") == "deadline_on");
    CHECK(json_of(edit).text_at("label") == "办理期限");
    const Value unknown = Value::List{Value::Object{{"at", "deadline_on"}, {"put", "2026-12-01"}},
                                      Value::Object{{"at", "nosuch"}, {"put", "x"}}};
    for (const Value& body :
         {Value(Value::Object{{"writes", unknown}}), Value(Value::Object{{"to", "triaged"}, {"writes", unknown}})}) {
      const Response refused = ask("POST", path(studio_1, id) + (body.find("to") ? "/steps" : "/edits"), body);
      CHECK(refused.status == 422);
      CHECK(json_of(refused).text_at("code") == "field_unknown");
      CHECK(json_of(refused).text_at("field") == "nosuch");
    }
    CHECK(get("/v1/held", token_of_mi).list_at("held").at(0).find("writes") == nullptr);
  }

  TEST_CASE_FIXTURE(Held, "a concern is triaged and assigned with its unit and deadline in one step") {
    const std::string steps = path(studio_1, id) + "/steps";
    post(steps, Value::Object{{"field", "state"}, {"to", "triaged"}});
    const Value answer = post(
        steps, Value::Object{{"field", "state"},
                             {"from", "triaged"},
                             {"to", "assigned"},
                             {"writes", Value::List{Value::Object{{"at", "assigned_unit"}, {"put", "县住建局"}},
                                                    Value::Object{{"at", "deadline_on"}, {"put", "2026-12-01"}}}}});
    CHECK(answer.find("record")->text_at("state") == "assigned");
    // Down again: cycle and rank say which step stands.
    const Response late = ask("POST", steps, Value::Object{{"from", "collected"}, {"to", "triaged"}});
    CHECK(late.status == 409);
    CHECK(json_of(late).find("now")->text_at("state") == "assigned");
    const Response bare = ask("POST", steps, Value::Object{{"field", "state"}, {"to", "triaged"}});
    CHECK(bare.status == 422);
    CHECK(json_of(bare).text_at("code") == "reason_missing");
    post(steps, Value::Object{{"field", "state"}, {"to", "triaged"}, {"reason", "退单"}});
    const Value view = record(studio_1, id);
    CHECK(cell_of(view, "state").text_at("value") == "triaged");
    CHECK(cell_of(view, "state").find("why")->text_at("code") == "last_step");
    const Response wrong = ask("POST", steps, Value::Object{{"field", "state"}, {"to", "closed"}});
    CHECK(json_of(wrong).text_at("code") == "step_unknown");
  }

  TEST_CASE_FIXTURE(Held, "a delete that another had not seen is settled at the desk") {
    post(path(studio_1, id) + "/edits",
         Value::Object{{"reason", "重复"}, {"writes", Value::List{Value::Object{{"at", "_deleted"}, {"put", true}}}}});
    CHECK(record(studio_1, id).boolean_at("deleted"));
    mi_phone.record(studio_1, mi, id, "concern", {put("place_text", "三组")});
    sync(mi_phone, studio_1);
    const Value list = get("/v1/conflicts");
    REQUIRE(list.list_at("records").size() == 1);
    CHECK(list.list_at("records").at(0).list_at("conflicts").at(0).find("why")->text_at("code") == "contested");
    post(path(studio_1, id) + "/resolve",
         Value::Object{{"address", "_deleted"}, {"value", false}, {"reason", "仍有人在记"}});
    CHECK(get("/v1/conflicts").list_at("records").empty());
    CHECK_FALSE(record(studio_1, id).boolean_at("deleted"));
  }
}
