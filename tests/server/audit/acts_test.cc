// What a server notes of what is done on it: each act as it is asked over HTTP, and that nothing recorded is in the
// log.
#include <algorithm>
#include <set>

#include "schema/json.h"
#include "server/parts/all_routes.h"
#include "server/routes/audited.h"
#include "server/telemetry/log.h"
#include "server/upkeep/search_indexing.h"
#include "tests/server/audit/log_of.h"
#include "tests/server/review/review_desk.h"
#include "tests/support/full_disk.h"

using namespace lianxin::server_test;
using namespace lianxin;

namespace {

struct Watched : ReviewDesk {
  Watched() {
    visit = record_id(1);
    hao_phone.record(studio_1, hao, visit, "micro_consultation",
                     whole("micro_consultation", {put("title", "彩石路口照明"), put("occurred_on", "2026-11-18")}));
    sync(hao_phone, studio_1);
    last = entries().back().integer_at("number");
  }

  std::filesystem::path log() const { return server.folder() + "/data/audit"; }

  std::vector<Value> entries(std::int64_t after = 0) const {
    AuditAsked asked;
    asked.after = after;
    std::vector<Value> all;
    REQUIRE(each_audit_line(log(), asked, [&](const AuditLine& line) -> Status {
      all.push_back(line.entry);
      return {};
    }));
    return all;
  }

  // The one entry of that act since the last one asked for.
  Value noted(std::string_view act) {
    REQUIRE(server->audit->tend());
    std::vector<Value> of_act;
    for (Value& entry : entries(last)) {
      if (entry.text_at("act") == act) of_act.push_back(std::move(entry));
    }
    last = entries().back().integer_at("number");
    CAPTURE(act);
    REQUIRE(of_act.size() == 1);
    return std::move(of_act.front());
  }

  bool is_quiet() {
    const bool quiet = entries(last).empty();
    last = entries().back().integer_at("number");
    return quiet;
  }

  static bool has(const Value& entry, const RecordId& record) {
    const Value::List& records = entry.list_at("records");
    return std::any_of(records.begin(), records.end(),
                       [&](const Value& each) { return *each.text() == record.text(); });
  }
  static bool is_by(const Value& entry, const MemberId& member) {
    return entry.find("by") && entry.find("by")->text_at("member") == member.text();
  }

  RecordId visit;
  std::int64_t last = 0;
};

}  // namespace

TEST_SUITE("server/audit/acts") {
  TEST_CASE_FIXTURE(Watched, "every route of the interface has an act, or says that it needs none") {
    const Value document = must(parse_json(ask("GET", "/openapi.json").fixed->plain));
    for (const auto& [pattern, operations] : document.object_at("paths")) {
      for (const char* method : {"get", "post", "put", "delete"}) {
        if (!operations.find(method)) continue;
        std::string upper(method);
        std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return static_cast<char>(c - 32); });
        CAPTURE(upper + " " + pattern);
        CHECK(act_of(upper, pattern));
      }
    }
  }

  TEST_CASE_FIXTURE(Watched, "a sign-in is noted with its member, its session and the address, a sign-out too") {
    (void)sign_in("mi", mi);
    CHECK(ask("POST", "/v1/sessions", Value::Object{{"login", "mi"}, {"password", "一个够长的口令，谁也猜不到"}})
              .status == 201);
    const Value entry = noted("sign_in");
    CHECK(entry.text_at("outcome") == "done");
    CHECK(is_by(entry, mi));
    CHECK(entry.find("by")->text_at("kind") == "desk");
    CHECK(entry.find("by")->text_at("session").size() == 16);
    CHECK(ask("DELETE", "/v1/sessions").status == 204);
    CHECK(is_by(noted("sign_out"), coordinator));
  }

  TEST_CASE_FIXTURE(Watched,
                    "a failed sign-in is noted with the account that was meant, and never with what was typed") {
    CHECK(ask("POST", "/v1/sessions", Value::Object{{"login", "cheng"}, {"password", "GeheimesWort77"}}).status == 401);
    CHECK(ask("POST", "/v1/sessions", Value::Object{{"login", "GeheimesWort77"}, {"password", "x"}}).status == 401);
    REQUIRE(server->audit->tend());
    std::string all;
    for (const Value& entry : entries(last)) {
      CHECK(entry.text_at("act") == "sign_in");
      CHECK(entry.text_at("outcome") == "wrong_credentials");
      all += to_json(entry);
    }
    CHECK_FALSE(all.empty());
    CHECK(all.find("GeheimesWort77") == std::string::npos);
    CHECK(all.find("cheng") == std::string::npos);
  }

  TEST_CASE_FIXTURE(Watched, "sessions that are seen and ended are noted, with whose and by whom") {
    const std::string there = sign_in("mi", mi);
    const std::string id(get("/v1/session", there).text_at("session"));
    const std::string here = must(server->accounts->sign_in("mi", "一个够长的口令，谁也猜不到", server.now_ms)).token;
    CHECK(get("/v1/sessions", here).list_at("sessions").size() == 2);
    CHECK(noted("people_listed").text_at("about") == mi.text());
    CHECK(ask("DELETE", "/v1/sessions/" + id, {}, here).status == 204);
    Value entry = noted("session_ended");
    CHECK(entry.text_at("about") == mi.text());
    CHECK(is_by(entry, mi));
    CHECK(entry.find("with")->text_at("session") == id);
    CHECK(ask("POST", "/v1/sessions/end-others", {}, here).status == 204);
    CHECK(noted("session_ended").find("with")->text_at("session") == "others");
  }

  TEST_CASE_FIXTURE(Watched, "a second factor that is begun is noted, and a wrong code for it, and never its secret") {
    const char* const password = "一个够长的口令，谁也猜不到";
    CHECK(ask("POST", "/v1/session/totp", Value::Object{{"password", "another one, a wrong one"}}).status == 401);
    CHECK(noted("second_factor_changed").text_at("outcome") == "wrong_credentials");
    const Value begun = json_of(ask("POST", "/v1/session/totp", Value::Object{{"password", password}}));
    Value entry = noted("second_factor_changed");
    CHECK(entry.find("with")->text_at("second_factor") == "begun");
    CHECK(is_by(entry, coordinator));
    CHECK(to_json(entry).find(begun.text_at("secret")) == std::string::npos);
    CHECK(ask("POST", "/v1/session/totp/confirm", Value::Object{{"code", "000000"}}).status == 401);
    CHECK(noted("second_factor_changed").text_at("outcome") == "totp_wrong");
  }

  TEST_CASE_FIXTURE(Watched, "a record page a history and a list name the records that they showed") {
    (void)get(path(studio_1, visit));
    Value entry = noted("record_read");
    CHECK(has(entry, visit));
    CHECK(is_by(entry, coordinator));
    CHECK(entry.text_at("studio") == studio_1.text());
    CHECK(entry.find("by")->text_at("device").size() == 32);
    (void)get(path(studio_1, visit) + "/history");
    CHECK(has(noted("history_read"), visit));
    (void)get("/v1/records?studio=990121-S01");
    CHECK(has(noted("records_listed"), visit));
  }

  TEST_CASE_FIXTURE(Watched, "a list without records that may be personal is no line") {
    (void)get("/v1/records?kind=code_list");
    (void)get("/v1/records?studio=990121-S02");
    (void)get("/v1/totals");
    (void)get("/v1/session");
    (void)get("/healthz");
    CHECK(is_quiet());
  }

  TEST_CASE_FIXTURE(Watched, "an export is noted with its filter, its records and its rows, not with the words") {
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    Response response = ask("GET", "/v1/export.csv?kind=micro_consultation&text=照明");
    REQUIRE(response.stream);
    std::string table;
    while (response.stream(table) == Piece::follows) {
    }
    response.stream = nullptr;
    REQUIRE(server->audit->tend());
    const std::vector<Value> all = entries(last);
    REQUIRE(all.size() == 3);
    CHECK(all[0].text_at("act") == "exported");
    CHECK(all[0].find("with")->text_at("kind") == "micro_consultation");
    CHECK(all[0].find("with")->text_at("text") == "given");
    CHECK(all[1].text_at("act") == "rows_exported");
    CHECK(has(all[1], visit));
    CHECK(all[2].text_at("act") == "export_ended");
    CHECK(all[2].integer_at("count") == 1);
  }

  TEST_CASE_FIXTURE(Watched, "an export that its reader leaves is noted as cut short") {
    Response response = ask("GET", "/v1/export.csv?kind=micro_consultation");
    std::string head;
    CHECK(response.stream(head) == Piece::follows);
    response.stream = nullptr;
    CHECK(noted("export_ended").text_at("outcome") == "cut_short");
  }

  TEST_CASE_FIXTURE(Watched, "what a phone is given is noted with the phone and the records") {
    TestPhone other = phone_of(server, 77, studio_1, mi);
    Value entry = noted("enrolled");
    CHECK(is_by(entry, mi));
    CHECK(entry.text_at("about") == other.device().text());
    sync(other, studio_1);
    entry = noted("rows_given");
    CHECK(has(entry, visit));
    CHECK(entry.find("by")->text_at("device") == other.device().text());
    sync(other, studio_1);  // nothing new
    CHECK(is_quiet());
  }

  TEST_CASE_FIXTURE(Watched, "a code that is no code is counted, by its kind alone") {
    TestPhone stranger(99);
    for (int i = 0; i < 3; ++i) CHECK(stranger.enrol(server, "ABCD-EFGH-JKMN").status >= 400);
    server.now_ms += 61'000;
    REQUIRE(server->audit->tend());
    const std::vector<Value> all = entries(last);
    REQUIRE(all.size() == 2);
    CHECK(all[0].text_at("act") == "enrolled");
    CHECK(all[0].text_at("outcome") == "code_unknown");
    CHECK(all[1].integer_at("count") == 2);
    CHECK(to_json(all[0]).find("ABCD") == std::string::npos);
  }

  TEST_CASE_FIXTURE(Watched, "a rekey is noted with the old device") {
    const TestPhone next(55);
    REQUIRE(mi_phone.rekey(server, next).status == 200);
    const Value entry = noted("rekeyed");
    CHECK(entry.text_at("about") == next.device().text());
    CHECK(entry.find("with")->text_at("old") == mi_phone.device().text());
  }

  TEST_CASE_FIXTURE(Watched, "a device that is cut off is noted with who did it, and without his words") {
    (void)post("/v1/devices/" + mi_phone.device().text() + "/revoke",
               Value::Object{{"status", "lost"}, {"reason", "落在李家了"}});
    const Value entry = noted("device_revoked");
    CHECK(entry.text_at("about") == mi_phone.device().text());
    CHECK(entry.find("with")->text_at("status") == "lost");
    CHECK(is_by(entry, coordinator));
    CHECK(to_json(entry).find("落在") == std::string::npos);
    (void)get("/v1/devices");
    CHECK(noted("people_listed").integer_at("count") > 0);
  }

  TEST_CASE_FIXTURE(Watched, "a verdict an edit and a step are noted with their record, a refused one with its code") {
    (void)post(
        "/v1/verdicts",
        Value::Object{{"studio", "990121-S01"}, {"record", visit.text()}, {"to", "returned"}, {"reason", "缺照片"}});
    Value entry = noted("verdict_given");
    CHECK(has(entry, visit));
    CHECK(to_json(entry).find("缺照片") == std::string::npos);
    const Response refused = ask("POST", path(studio_1, visit) + "/steps",
                                 Value::Object{{"field", "_review"}, {"to", "accepted"}, {"from", "submitted"}});
    CHECK(refused.status >= 400);
    entry = noted("step_taken");
    CHECK(entry.text_at("outcome") != "done");
    CHECK(has(entry, visit));
  }

  TEST_CASE_FIXTURE(Watched, "who may not is counted with who he is") {
    CHECK(ask("GET", "/v1/audit").status == 403);
    const Value entry = noted("audit_read");
    CHECK(entry.text_at("outcome") == "forbidden");
    CHECK(is_by(entry, coordinator));
    CHECK(ask("GET", "/v1/records", {}, "nosuchtoken").status == 401);
    CHECK(noted("records_listed").text_at("outcome") == "not_signed_in");
  }

  TEST_CASE_FIXTURE(Watched, "an auditor reads the acts of where he audits, by page, and is noted himself") {
    must(server.import(R"({"grants": [{"member": "26866b18-0865-421c-9318-8d0cfd515c9b", "role": "auditor",
                                       "studio": "990121-S01", "clearance": "internal"}]})"));
    const std::string auditor = sign_in("mi", mi);
    (void)get(path(studio_1, visit));
    const Value page = get("/v1/audit?act=record_read", auditor);
    REQUIRE(page.list_at("entries").size() == 1);
    CHECK(has(page.list_at("entries").front(), visit));
    CHECK(noted("audit_read").integer_at("count") == 1);
    std::size_t seen = 0;
    for (std::string after;;) {
      const Value part = get("/v1/audit?limit=2" + (after.empty() ? "" : "&after=" + after), auditor);
      for (const Value& entry : part.list_at("entries")) {
        ++seen;
        CHECK((entry.text_at("studio").empty() || entry.text_at("studio") == studio_1.text()));
        CHECK(entry.text_at("act") != "server_started");
      }
      if (!part.find("next")) break;
      after = part.text_at("next");
    }
    CHECK(seen >= 3);
    CHECK(ask("GET", "/v1/audit?actor=cheng", {}, auditor).status == 400);
    CHECK(ask("GET", "/v1/audit?act=nosuch", {}, auditor).status == 400);
    CHECK(ask("GET", "/v1/audit?from_ms=x", {}, auditor).status == 400);
  }

  TEST_CASE_FIXTURE(Watched, "which records somebody saw in a time is told by the log") {
    (void)get(path(studio_1, visit));
    AuditAsked asked;
    asked.member = coordinator.text();
    const auto records = affected(log(), asked);
    REQUIRE(records);
    REQUIRE(records->contains(visit.text()));
    CHECK(records->at(visit.text()).acts.contains("record_read"));
    asked.from_ms = server.now_ms + 1;
    CHECK(affected(log(), asked)->empty());
  }

  TEST_CASE_FIXTURE(Watched, "on a full disk a desk is shown nothing unnoted and a phone's records are taken") {
    (void)get(path(studio_1, visit));  // the desk has its key
    {
      const FullDisk full;
      CHECK(ask("GET", path(studio_1, visit)).status == 503);
      CHECK(get("/healthz").text_at("status") == "degraded");
      CHECK(to_json(get("/healthz")).find("\"audit\"") != std::string::npos);
      CHECK(ask("POST", "/v1/devices/" + mi_phone.device().text() + "/revoke").status == 503);
    }
    CHECK(must(server->devices->find(mi_phone.device()))->status == DeviceStatus::active);
    CHECK(ask("GET", path(studio_1, visit)).status == 200);
    CHECK(to_json(get("/healthz")).find("\"audit\"") == std::string::npos);
  }

  TEST_CASE_FIXTURE(Watched, "neither log holds what somebody recorded or typed") {
    std::vector<std::string> logged;
    set_log_sink([&](const std::string& line) { logged.push_back(line); });
    (void)get(path(studio_1, visit));
    (void)get("/v1/records?text=照明");
    (void)post(
        "/v1/verdicts",
        Value::Object{{"studio", "990121-S01"}, {"record", visit.text()}, {"to", "returned"}, {"reason", "缺照片"}});
    sync(mi_phone, studio_1);
    set_log_sink({});
    std::string all;
    for (const std::string& line : logged) all += line;
    for (const std::filesystem::directory_entry& file : std::filesystem::directory_iterator(log())) {
      all += bytes_of(file.path());
    }
    for (const char* word : {"照明", "彩石", "缺照片", "郝商量", "程协友", token.c_str(), mi_phone.token.c_str()}) {
      CAPTURE(word);
      CHECK(all.find(word) == std::string::npos);
    }
    CHECK(all.find("verdict_given") != std::string::npos);
  }
}
