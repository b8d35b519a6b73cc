// Every kind of the shipped kinds, every field that it requires: missing, it is named where the record is handed in at
// the desk, where a verdict is given, and where a record that is not reviewed is emptied of it; nothing is lost.
#include "schema/json.h"
#include "tests/schema/kinds_folder.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Value value_for(const Catalog& catalog, const Field& field) {
  switch (field.type) {
    case FieldType::text: return "文字";
    case FieldType::long_text: return "一段文字";
    case FieldType::integer:
    case FieldType::money: return std::max<std::int64_t>(1, field.min.value_or(1));
    case FieldType::decimal: return std::to_string(std::max<std::int64_t>(1, field.min.value_or(1)));
    case FieldType::boolean: return false;
    case FieldType::date: return "2026-11-18";
    case FieldType::time: return "08:30";
    case FieldType::code: return catalog.code_list(field.code_list)->codes.front().code;
    case FieldType::region: return "990121100201";
    case FieldType::id: return record_id(240).text();
    case FieldType::geo: return Value::Object{{"lat", "36.1"}, {"lon", "112.8"}, {"coord_sys", "GCJ02"}};
    case FieldType::object:
    case FieldType::any: return Value::Object{{"note", "x"}};
  }
  return {};
}

Write write_for(const Catalog& catalog, const Field& field) {
  if (field.merge == Merge::counter) return count(field.name, 3);
  if (field.merge == Merge::set) {
    const bool codes = field.element_kind == "code";
    return add(field.name, codes ? catalog.code_list(field.code_list)->codes.front().code : record_id(241).text());
  }
  return put(field.name, value_for(catalog, field));
}

// What makes the premise of a required field hold: the first of the values it asks for, or nothing.
std::optional<Write> premise_of(const Kind& kind, const Field& field) {
  const Premise& when = field.required->when;
  if (when.field.empty() || when.unless) return std::nullopt;
  const Field& asked = *kind.field(when.field);
  if (asked.merge == Merge::ladder) return std::nullopt;
  if (asked.type == FieldType::boolean) return put(asked.name, when.in.front() == "true");
  return put(asked.name, when.in.front());
}

bool depends_on_a_ladder(const Kind& kind, const Field& field) {
  const Field* asked = kind.field(field.required->when.field);
  return asked && asked->merge == Merge::ladder;
}

// All that the kind requires, but for `missing`; with what makes that one required.
std::vector<Write> all_but(const Catalog& catalog, const Kind& kind, const Field* missing) {
  std::vector<Write> writes;
  if (missing) {
    if (const auto premise = premise_of(kind, *missing)) writes.push_back(*premise);
  }
  for (const Field& field : kind.fields) {
    if (!field.required || &field == missing || depends_on_a_ladder(kind, field)) continue;
    const bool set =
        std::any_of(writes.begin(), writes.end(), [&](const Write& w) { return w.at.field == field.name; });
    if (!set) writes.push_back(write_for(catalog, field));
  }
  return writes;
}

struct Office : ReviewDesk {
  // A record that lies on the server as a phone sent it, whatever it lacks.
  RecordId send(const Kind& kind, std::vector<Write> writes) {
    const bool of_doctor = kind.name == "clinic_encounter";
    TestPhone& phone = of_doctor ? doctor_phone : hao_phone;
    const RecordId id = record_id(++last);
    // A phone of the test makes at most 255 changes.
    phone.record(of_doctor ? studio_2 : studio_1, of_doctor ? doctor : hao, id, kind.name, std::move(writes));
    sync(phone, of_doctor ? studio_2 : studio_1);
    return id;
  }
  bool names(const Value& document, const std::string& field) {
    const Value::List& refusals = document.list_at("refusals");
    return std::any_of(refusals.begin(), refusals.end(), [&](const Value& each) {
      return each.text_at("code") == "incomplete" && each.text_at("field") == field && !each.text_at("label").empty();
    });
  }
  std::uint8_t last = 0;
};

}  // namespace

TEST_SUITE("server/review/complete") {
  TEST_CASE_FIXTURE(Office, "what a record lacks is named at the desk, at the verdict and where it is emptied") {
    const Catalog& catalog = shipped_catalog();
    int handed_in = 0, judged = 0, emptied = 0;
    for (const auto& [name, kind] : catalog.kinds) {
      if (kind.reference || name == "comment" || name == "attachment") continue;
      for (const Field& field : kind.fields) {
        if (!field.required || depends_on_a_ladder(kind, field)) continue;
        CAPTURE(name);
        CAPTURE(field.name);
        const std::size_t drafts = get("/v1/drafts").list_at("drafts").size();
        if (kind.reviewed) {
          const RecordId id = send(kind, all_but(catalog, kind, &field));
          const Response step =
              ask("POST", path(studio_1, id) + "/steps", Value::Object{{"field", "_review"}, {"to", "submitted"}});
          CHECK(step.status == 422);
          CHECK(names(json_of(step), field.name));
          CHECK(record(studio_1, id).text_at("review") == "draft");
          ++handed_in;
          // A phone of an older make may have handed it in all the same: then the verdict says so.
          std::vector<Write> writes = all_but(catalog, kind, &field);
          writes.push_back(lianxin::server_test::step("_review", "draft", "submitted"));
          const RecordId sent = send(kind, std::move(writes));
          const Value verdict =
              post("/v1/verdicts",
                   Value::Object{{"studio", studio_1.text()}, {"record", sent.text()}, {"to", "accepted"}})
                  .list_at("results")
                  .at(0);
          CHECK(verdict.text_at("outcome") == "refused");
          CHECK(names(verdict, field.name));
          CHECK(record(studio_1, sent).text_at("review") == "submitted");
          CHECK(record(studio_1, sent).text_at("official_no").empty());
          ++judged;
          CHECK(get("/v1/drafts").list_at("drafts").size() == drafts + 2);
        } else if (field.merge == Merge::register_ && !field.once) {
          std::vector<Write> writes = all_but(catalog, kind, &field);
          const bool there = std::any_of(writes.begin(), writes.end(),
                                         [&](const Write& write) { return write.at.field == field.name; });
          if (!there) writes.push_back(write_for(catalog, field));
          const RecordId id = send(kind, std::move(writes));
          const StudioId studio = name == "clinic_encounter" ? studio_2 : studio_1;
          const Response edit =
              ask("POST", path(studio, id) + "/edits",
                  Value::Object{{"writes", Value::List{Value::Object{{"at", field.name}, {"put", Value()}}}}});
          // What the coordinator may not see or write is not hers to empty.
          if (edit.status == 404 || json_of(edit).text_at("code") == "not_allowed") continue;
          CHECK(edit.status == 422);
          CHECK(names(json_of(edit), field.name));
          CHECK(get("/v1/drafts").list_at("drafts").size() == drafts + 1);
          ++emptied;
        }
      }
    }
    MESSAGE(handed_in << " handed in, " << judged << " judged, " << emptied << " emptied");
    CHECK(handed_in > 25);
    CHECK(judged == handed_in);
    CHECK(emptied > 10);
  }

  TEST_CASE_FIXTURE(Office, "what was refused is finished from its draft, and is its author's alone") {
    const Kind& concern = *shipped_catalog().kind("concern");
    const RecordId id = send(concern, all_but(shipped_catalog(), concern, nullptr));
    const std::size_t cells = record(studio_1, id).list_at("cells").size();
    const Response refused =
        ask("POST", path(studio_1, id) + "/edits",
            Value::Object{{"writes", Value::List{Value::Object{{"at", "collected_on"}, {"put", "5月12日"}},
                                                 Value::Object{{"at", "place_text"}, {"put", "三组"}}}}});
    CHECK(refused.status == 422);
    const Value problem = json_of(refused);
    CHECK(problem.text_at("code") == "value_type");
    CHECK(problem.text_at("field") == "collected_on");
    CHECK(problem.text_at("label") == "收集日期");
    CHECK(problem.text_at("given") == "5月12日");
    CHECK(problem.text_at("allowed") == "日期，如 2026-05-12");
    const std::string draft(problem.text_at("draft"));
    REQUIRE(get("/v1/drafts").list_at("drafts").size() == 1);
    CHECK(get("/v1/drafts", sign_in("mi", mi)).list_at("drafts").empty());
    CHECK(ask("GET", "/v1/drafts/" + draft, {}, sign_in("hao", hao)).status == 404);
    CHECK(record(studio_1, id).list_at("cells").size() == cells);
    post("/v1/drafts/" + draft,
         Value::Object{{"body", Value::Object{{"writes", Value::List{Value::Object{{"at", "collected_on"},
                                                                                   {"put", "2026-05-12"}}}}}}});
    const Value view = record(studio_1, id);
    CHECK(cell_of(view, "collected_on").text_at("value") == "2026-05-12");
    CHECK(get("/v1/drafts").list_at("drafts").empty());
    // Refused again, it stays one draft, of what was sent last; and it can be thrown away.
    const auto send_wrong = [&](const std::string& target, const Value& body) {
      const Response again = ask("POST", target, body);
      CHECK(again.status == 422);
      return std::string(json_of(again).text_at("draft"));
    };
    const std::string first =
        send_wrong(path(studio_1, id) + "/edits",
                   Value::Object{{"writes", Value::List{Value::Object{{"at", "collected_on"}, {"put", "昨天"}}}}});
    const std::string second = send_wrong(
        "/v1/drafts/" + first,
        Value::Object{
            {"body", Value::Object{{"writes", Value::List{Value::Object{{"at", "collected_on"}, {"put", "前天"}}}}}}});
    const Value drafts = get("/v1/drafts");
    REQUIRE(drafts.list_at("drafts").size() == 1);
    CHECK(drafts.list_at("drafts").at(0).text_at("draft") == second);
    CHECK(ask("DELETE", "/v1/drafts/" + second).status == 204);
    CHECK(get("/v1/drafts").list_at("drafts").empty());
  }

  TEST_CASE_FIXTURE(Office, "where no more drafts can be kept, the refusal says that what was entered is not") {
    const Kind& concern = *shipped_catalog().kind("concern");
    const RecordId id = send(concern, all_but(shipped_catalog(), concern, nullptr));
    for (std::int64_t i = 0; i < DeskDrafts::drafts_max; ++i)
      must(server->drafts->keep("cheng", 0, "/v1/verdicts", "{}"));
    const Value problem =
        json_of(ask("POST", path(studio_1, id) + "/edits",
                    Value::Object{{"writes", Value::List{Value::Object{{"at", "collected_on"}, {"put", "5月12日"}}}}}));
    CHECK(problem.text_at("code") == "value_type");
    CHECK(problem.find("draft") == nullptr);
    CHECK(problem.text_at("detail").find("没能留作草稿") != std::string::npos);
    CHECK(problem.text_at("detail").find("还在草稿里") == std::string::npos);
    CHECK(problem.list_at("refusals").at(0).find("sentence")->text_at("zh").find("没能留作草稿") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Office, "a concern that was solved on the spot is confirmed by the acceptance of its visit") {
    const Catalog& catalog = shipped_catalog();
    std::vector<Write> visit = all_but(catalog, *catalog.kind("outreach_visit"), nullptr);
    visit.push_back(step("_review", "draft", "submitted"));
    const RecordId event = send(*catalog.kind("outreach_visit"), std::move(visit));
    std::vector<Write> writes = all_but(catalog, *catalog.kind("concern"), nullptr);
    for (Write& more : std::vector<Write>{put("source_record_id", event.text()), put("solved_on_spot", true),
                                          put("outcome", "solved"), put("outcome_text", "当场换了灯"),
                                          step("state", "collected", "resolved_pending_confirm")}) {
      writes.push_back(std::move(more));
    }
    const RecordId concern = send(*catalog.kind("concern"), std::move(writes));
    CHECK(record(studio_1, concern).text_at("state") == "resolved_pending_confirm");
    const Value done =
        post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", event.text()}, {"to", "accepted"}})
            .list_at("results")
            .at(0);
    CAPTURE(to_json(done));
    CHECK(done.text_at("outcome") == "done");
    CHECK(done.list_at("confirmed") == Value::List{concern.text()});
    CHECK(record(studio_1, concern).text_at("state") == "resolved");
  }
}
