#include <algorithm>
#include <cstdio>
#include <set>

#include "server/upkeep/search_indexing.h"
#include "tests/server/review/review_desk.h"
#include "tests/support/whole_stream.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Write append(const std::string& field, Value entry) {
  return {{field, {}, {}}, Op::append, std::move(entry), {}, {}, {}};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char byte[4];
    std::snprintf(byte, sizeof byte, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += byte;
  }
  return out;
}

}  // namespace

TEST_SUITE("server/review/lists") {
  struct Visited : ReviewDesk {
    Visited() {
      hao_phone.record(
          studio_1, hao, id, "outreach_visit",
          {put("visit_kind", "household"), put("occurred_on", "2026-11-18"), put("region_code", "990121100201"),
           put("address_text", "上柳湾村三组张家"), put("notes_text", "=老人独居，需要送药"), add("visitors", "郝商量"),
           count("persons_reached", 2), count("households_reached", 1)});
      doctor_phone.record(studio_2, doctor, encounter, "clinic_encounter",
                          {put("chief_complaint", "头晕两天"), put("seq_no", 1)});
      sync(hao_phone, studio_1);
      sync(doctor_phone, studio_2);
      while (must(index_some(*server->lists, *server->kinds->catalog()))) {
      }
    }
    void accept() {
      hao_phone.record(studio_1, hao, id, "outreach_visit",
                       {put("household_id", record_id(70).text()), step("_review", "draft", "submitted")});
      sync(hao_phone, studio_1);
      const Value given =
          post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", id.text()}, {"to", "accepted"}});
      CHECK(given.list_at("results").at(0).text_at("outcome") == "done");
    }
    const RecordId id = record_id(1), encounter = record_id(9);
  };

  TEST_CASE_FIXTURE(Visited, "a list shows what the asker may see and a patient's record to nobody without clearance") {
    const Value list = get("/v1/records");
    REQUIRE(list.list_at("records").size() == 1);
    CHECK(list.list_at("records").at(0).text_at("title") == "上柳湾村三组张家");
    CHECK(list.list_at("records").at(0).text_at("kind_label") == "走访");
    CHECK(list.list_at("records").at(0).text_at("region_name") == "上柳湾村");
    CHECK(list.list_at("records").at(0).text_at("created_by_name") == "郝商量");
    CHECK(get("/v1/records?kind=clinic_encounter").list_at("records").empty());
    CHECK(ask("GET", path(studio_2, encounter)).status == 404);
    CHECK(ask("GET", path(studio_2, encounter) + "/history").status == 404);
    const std::string token_of_doctor = sign_in("doctor", doctor);
    CHECK(get("/v1/records", token_of_doctor).list_at("records").size() == 1);
    CHECK(record(studio_2, encounter, token_of_doctor).text_at("kind") == "clinic_encounter");
    CHECK(ask("GET", path(studio_1, id), {}, token_of_doctor).status == 404);
    CHECK(ask("GET", "/v1/records?studio=990121-S01", {}, token_of_doctor).status == 404);
  }

  TEST_CASE_FIXTURE(Visited, "a supervisor sees of what was accepted that somebody is there and not who") {
    const std::string supervisor_token = supervisor();
    CHECK(get("/v1/records", supervisor_token).list_at("records").empty());
    CHECK(ask("GET", path(studio_1, id), {}, supervisor_token).status == 404);
    accept();
    const Value list = get("/v1/records", supervisor_token);
    REQUIRE(list.list_at("records").size() == 1);
    CHECK(list.list_at("records").at(0).text_at("title") == "上柳湾村");
    const Value view = record(studio_1, id, supervisor_token);
    CHECK(cell_of(view, "address_text").text_at("value") == "上柳湾村");
    CHECK(cell_of(view, "address_text").boolean_at("masked"));
    CHECK(cell_of(view, "visitors").text_at("text") == "郝*量");
    CHECK(cell_of(view, "notes_text").text_at("value") == "＊");
    CHECK(cell_of(view, "visitors/郝商量").is_null());
    CHECK(cell_of(view, "persons_reached").integer_at("value") == 2);
    const Response history = ask("GET", path(studio_1, id) + "/history", {}, supervisor_token);
    CHECK(history.body.find("张家") == std::string::npos);
    CHECK(history.body.find("送药") == std::string::npos);
    const Response table = ask("GET", "/v1/export.csv?kind=outreach_visit", {}, supervisor_token);
    const std::string text = test::whole_of(table.stream).value();
    CHECK(text.find("张家") == std::string::npos);
    CHECK(text.find("＊") != std::string::npos);
    CHECK(text.find("郝*量") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Visited, "a member without clearance for it finds nothing by a withheld word") {
    CHECK(get("/v1/records?text=%E7%8B%AC%E5%B1%85").list_at("records").size() == 1);  // 独居
    CHECK(get("/v1/records?text=%E7%8B%AC%E5%B1%85", supervisor()).list_at("records").empty());
    const std::string token_of_mi = sign_in("mi", mi);  // cleared for internal only
    CHECK(get("/v1/records?text=%E7%8B%AC%E5%B1%85", token_of_mi).list_at("records").empty());
    CHECK(get("/v1/records", token_of_mi).list_at("records").size() == 1);
    CHECK(cell_of(record(studio_1, id, token_of_mi), "notes_text").is_null());
  }

  TEST_CASE_FIXTURE(Visited, "what stands in elements and entries is found, by one character and in every script") {
    const std::string gift = "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10";
    hao_phone.record(studio_1, hao, id, "outreach_visit",
                     {add("gifts", gift), put_over("gifts/" + gift + "/name", "慰问金", {}),
                      put("on_spot_solved", "彩石路口路灯3组，བསོད་ནམས 帮忙")});
    hao_phone.record(
        studio_1, hao, record_id(50), "concern",
        whole("concern",
              {put("title", "涵洞积水"), put("description", "桥洞里水排不走"), put("_provisional_no", "临-3F2A-0050"),
               append("progress_log", Value::Object{{"on", "2026-11-20"}, {"text", "县交警大队看过"}})}));
    sync(hao_phone, studio_1);
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    const auto found = [&](std::string_view words, const std::string& as = {}) {
      std::string ids;
      const Value list = get("/v1/records?text=" + percent_encoded(words), as);
      for (const Value& each : list.list_at("records")) {
        ids += (ids.empty() ? "" : " ") + std::string(each.text_at("record"));
      }
      return ids;
    };
    for (const char* words : {"慰问金", "灯", "石", "路灯　3组", "བསོད", "ནམས", "张", "送药 慰问"}) {
      CAPTURE(words);
      CHECK(found(words) == id.text());
    }
    for (const char* words : {"交警", "队", "临-3f2a-0050", "涵洞 看过"}) {
      CAPTURE(words);
      CHECK(found(words) == record_id(50).text());
    }
    accept();
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    const std::string supervised = supervisor();
    for (const char* words : {"灯路", "慰问 涵洞", "ན་བསོད"}) CHECK(found(words).empty());
    CHECK(found("慰问金", supervised) == id.text());  // gifts name nobody
    CHECK(found("送药", supervised).empty());
  }

  TEST_CASE_FIXTURE(Visited, "each number that a record was given names it, in whatever width and case it is typed") {
    for (TestPhone* phone : {&hao_phone, &mi_phone}) {
      const bool first = phone == &hao_phone;
      phone->record(studio_1, first ? hao : mi, record_id(44), "micro_consultation",
                    {put("title", "路口"), put("_provisional_no", first ? "临-3F2A-0001" : "临-9C01-0004")});
    }
    sync(hao_phone, studio_1);
    sync(mi_phone, studio_1);
    const auto named = [&](std::string_view number) {
      const Response answer = ask("GET", "/v1/records/990121-S01/" + percent_encoded(number));
      return answer.status == 200 ? std::string(json_of(answer).text_at("record")) : std::string();
    };
    for (const char* number : {"临-3F2A-0001", "临-9C01-0004", "临-3f2a-0001", "临-３Ｆ２Ａ-０００１"}) {
      CAPTURE(number);
      CHECK(named(number) == record_id(44).text());
    }
    CHECK(named("临-3F2A").empty());
    // And where an id is written: as a value, as an element, and in an element's part.
    const std::string edits = path(studio_1, id) + "/edits";
    const auto write = [](const char* at, const char* how, const char* value) {
      return Value::Object{{"writes", Value::List{Value::Object{{"at", at}, {how, value}}}}};
    };
    post(edits, write("concerns/临-3f2a-0001", "add", ""));
    post(edits, write("household_id", "put", "临-9C01-0004"));
    const Value view = record(studio_1, id);
    CHECK_FALSE(cell_of(view, ("concerns/" + record_id(44).text())).is_null());
    CHECK(cell_of(view, "household_id").text_at("value") == record_id(44).text());
    const Response unknown = ask("POST", edits, write("household_id", "put", "临-0000-0000"));
    CHECK(unknown.status == 422);
    CHECK(unknown.body.find("记录的编号") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Visited, "lists are filtered by period and village and go on page by page") {
    CHECK(get("/v1/records?from=2026-11-18&to=2026-11-18").list_at("records").size() == 1);
    CHECK(get("/v1/records?from=2026-11-19").list_at("records").empty());
    CHECK(get("/v1/records?village=990121100").list_at("records").size() == 1);
    CHECK(get("/v1/records?village=990121101").list_at("records").empty());
    CHECK(ask("GET", "/v1/records?from=yesterday").status == 400);
    CHECK(ask("GET", "/v1/records?limit=0").status == 400);
    for (std::uint8_t n = 20; n < 25; ++n) {
      hao_phone.record(studio_1, hao, record_id(n), "outreach_visit", {put("occurred_on", "2026-11-17")});
    }
    sync(hao_phone, studio_1);
    std::size_t met = 0, pages = 0;
    std::string after;
    do {
      const Value page = get("/v1/records?limit=2" + (after.empty() ? "" : "&after=" + after));
      met += page.list_at("records").size();
      after = page.text_at("next");
      ++pages;
    } while (!after.empty());
    CHECK(met == 6);
    CHECK(pages == 3);
  }

  TEST_CASE_FIXTURE(Visited, "a page ends at a record that the asker sees and never at one that was left out") {
    for (std::uint8_t n = 30; n < 90; ++n) {
      hao_phone.record(studio_1, hao, record_id(n), "outreach_visit",
                       {put("occurred_on", "2026-11-17"), put("notes_text", n == 89 ? "平安" : "独居")});
    }
    sync(hao_phone, studio_1);
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    const std::string token_of_mi = sign_in("mi", mi);  // who must not learn of the notes
    const Value hidden = get("/v1/records?limit=2&text=%E7%8B%AC%E5%B1%85", token_of_mi);
    CHECK(hidden.list_at("records").empty());
    CHECK(hidden.text_at("next").empty());
    const Value page = get("/v1/records?limit=2&text=%E7%8B%AC%E5%B1%85");
    REQUIRE(page.list_at("records").size() == 2);
    CHECK(page.text_at("next").find(page.list_at("records").at(1).text_at("record")) != std::string::npos);
    // Past what is read in one turn.
    const Value all = get("/v1/records?limit=60");
    CHECK(all.list_at("records").size() == 60);
    CHECK(get("/v1/records?limit=60&after=" + std::string(all.text_at("next"))).list_at("records").size() == 1);
  }

  TEST_CASE_FIXTURE(Visited, "a record is named by its number wherever its id is asked") {
    const auto numbered = [&](std::uint8_t n, const char* title, const char* number) {
      hao_phone.record(studio_1, hao, record_id(n), "concern",
                       whole("concern", {put("title", title), put("_provisional_no", number)}));
      sync(hao_phone, studio_1);
    };
    numbered(40, "路灯不亮", "临-0007");
    numbered(41, "井盖坏了", "临-0008");
    const std::string named = "/v1/records/990121-S01/%E4%B8%B4-0007";
    CHECK(get(named).text_at("record") == record_id(40).text());
    CHECK(get(named + "/history").text_at("record") == record_id(40).text());
    post(named + "/edits",
         Value::Object{{"writes", Value::List{Value::Object{{"at", "place_text"}, {"put", "三组"}}}}});
    CHECK(post(named + "/steps", Value::Object{{"to", "triaged"}}).find("record")->text_at("state") == "triaged");
    CHECK(get("/v1/records?kind=concern&state=triaged").list_at("records").at(0).text_at("state_label") ==
          "已核实分类");
    const auto end = [](const char* number) { return Value::Object{{"studio", "990121-S01"}, {"record", number}}; };
    const Value joined =
        post("/v1/duplicates",
             Value::Object{{"a", end("临-0007")}, {"b", end("临-0008")}, {"counters", "sum"}, {"primary", "临-0008"}});
    CHECK(joined.find("joined")->text_at("primary") == record_id(41).text());

    numbered(42, "同号的另一条", "临-0007");
    const Response two = ask("GET", named);
    CHECK(two.status == 409);
    CHECK(json_of(two).text_at("code") == "ambiguous");
    CHECK(json_of(two).list_at("records").size() == 2);
    for (const RecordId& each : {record_id(40), record_id(42)}) {
      CHECK(json_of(two).text_at("detail").find(each.text()) != std::string::npos);
    }
    CHECK(ask("GET", "/v1/records/990121-S01/none").status == 404);
    CHECK(ask("GET", "/v1/records/990121-S02/%E4%B8%B4-0008").status == 404);
    // In a verdict too, by the number that an accepted one was given.
    hao_phone.record(studio_1, hao, record_id(43), "micro_consultation",
                     whole("micro_consultation", {put("title", "路口"), step("_review", "draft", "submitted")}));
    sync(hao_phone, studio_1);
    const auto verdict = [&](const std::string& name, const char* to) {
      return post("/v1/verdicts",
                  Value::Object{{"studio", "990121-S01"}, {"record", name}, {"to", to}, {"reason", "请补充"}})
          .list_at("results")
          .at(0);
    };
    const Value accepted = verdict(record_id(43).text(), "accepted");
    REQUIRE(accepted.text_at("outcome") == "done");
    CHECK(verdict(std::string(accepted.find("now")->text_at("official_no")), "returned").text_at("outcome") == "done");
    CHECK(verdict("临-0007", "returned").text_at("outcome") == "ambiguous");
  }

  TEST_CASE_FIXTURE(Visited, "a password that was made for somebody opens nothing until it is changed") {
    const std::string made = "一个够长的口令，谁也猜不到", own = "自己定的长口令，也猜不到";
    must(server->accounts->add("mi", mi, made, true));
    const auto token_for = [&](const std::string& password) {
      return must(server->accounts->sign_in("mi", password, server.now_ms)).token;
    };
    const std::string first = token_for(made);
    CHECK(ask("GET", "/v1/records", {}, first).status == 403);
    CHECK(ask("GET", "/v1/export.csv", {}, first).status == 403);
    CHECK(get("/v1/session", first).boolean_at("must_change"));
    CHECK(ask("POST", "/v1/session/password", Value::Object{{"password", made}, {"new_password", own}}, first).status ==
          204);
    CHECK(ask("GET", "/v1/records", {}, token_for(own)).status == 200);
  }

  TEST_CASE_FIXTURE(Visited, "an export is a table that a spreadsheet opens and that runs nothing") {
    const Response response = ask("GET", "/v1/export.csv?kind=outreach_visit");
    CHECK(response.content_type == "text/csv; charset=utf-8");
    const std::string text = test::whole_of(response.stream).value();
    CHECK(text.starts_with("\xEF\xBB\xBF工作室,记录标识,"));
    CHECK(text.find("走访人次（人次）") != std::string::npos);
    CHECK(text.find("\"'=老人独居，需要送药\"") != std::string::npos);
    CHECK(text.find("柳湾镇区域委员工作室") != std::string::npos);
    CHECK(text.ends_with("\r\n"));
    CHECK(ask("GET", "/v1/export.csv?studio=nowhere").status == 404);
  }

  TEST_CASE_FIXTURE(Visited, "devices are listed to those who look after them and can be cut off") {
    const Value list = get("/v1/devices");
    CHECK(list.list_at("devices").size() == 3);
    CHECK(get("/v1/devices", sign_in("mi", mi)).list_at("devices").empty());
    const std::string at = "/v1/devices/" + mi_phone.device().text() + "/revoke";
    const Response wrong = ask("POST", at, Value::Object{{"state", "lost"}});
    CHECK(wrong.status == 400);
    CHECK(json_of(wrong).text_at("detail").find("state") != std::string::npos);
    CHECK(ask("POST", at, Value::List{}).status == 400);
    const Value untouched = get("/v1/devices");
    CHECK(untouched.list_at("devices").size() > 1);
    for (const Value& device : untouched.list_at("devices")) CHECK(device.text_at("status") == "active");
    CHECK(post(at, Value::Object{}).text_at("status") == "revoked");
    CHECK(post(at, {}).text_at("status") == "revoked");
    mi_phone.record(studio_1, mi, id, "outreach_visit", {put("next_visit_on", "2026-12-01")});
    sync(mi_phone, studio_1);
    CHECK(get("/v1/held").list_at("held").at(0).text_at("code") == "device_revoked");
  }

  TEST_CASE_FIXTURE(Visited, "a joint studio is made with its grants and no higher clearance than the maker's") {
    const auto grant = [](const MemberId& member, const char* role, const char* clearance) {
      return Value(Value::Object{{"member", member.text()}, {"role", role}, {"clearance", clearance}});
    };
    const Response made = ask(
        "POST", "/v1/studios",
        Value::Object{{"name", "流域联合协商"},
                      {"org", "990121"},
                      {"grants", Value::List{grant(hao, "convener", "internal"), grant(mi, "convener", "internal")}}});
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    const std::string code(json_of(made).text_at("code"));
    CHECK(code == "990121-L01");
    CHECK(get("/v1/records?studio=" + code).list_at("records").empty());
    CHECK(get("/v1/records?studio=" + code, sign_in("hao", hao)).list_at("records").empty());
    const Response above = ask("POST", "/v1/studios",
                               Value::Object{{"name", "义诊"},
                                             {"org", "990121"},
                                             {"grants", Value::List{grant(coordinator, "clinic_doctor", "health")}}});
    CHECK(above.status == 403);
    const Response taken =
        ask("POST", "/v1/studios", Value::Object{{"name", "另一个"}, {"org", "990121"}, {"code", "990121-S01"}});
    CHECK(taken.status == 422);
    CHECK(json_of(taken).text_at("code") == "studio_code_taken");
    CHECK(json_of(taken).text_at("field") == "code");
    CHECK(json_of(taken).text_at("detail").find("990121-S01") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Visited, "the interface document names every route of the desk") {
    const Value document = get("/openapi.json");
    for (const char* path : {"/v1/records",
                             "/v1/records/{studio}/{id}",
                             "/v1/records/{studio}/{id}/history",
                             "/v1/records/{studio}/{id}/comments",
                             "/v1/records/{studio}/{id}/edits",
                             "/v1/records/{studio}/{id}/unmask",
                             "/v1/records/{studio}/{id}/steps",
                             "/v1/records/{studio}/{id}/resolve",
                             "/v1/conflicts",
                             "/v1/held",
                             "/v1/held/{studio}/{change}",
                             "/v1/verdicts",
                             "/v1/duplicates",
                             "/v1/duplicates/remove",
                             "/v1/duplicates/candidates",
                             "/v1/studios",
                             "/v1/devices",
                             "/v1/devices/{id}/revoke",
                             "/v1/export.csv",
                             "/v1/totals",
                             "/v1/stock"}) {
      CAPTURE(path);
      CHECK(document.object_at("paths").contains(path));
    }
  }

  TEST_CASE_FIXTURE(Visited, "a long history comes by pages, each line once, the newest first") {
    constexpr int edits = 230;
    std::vector<ChangeId> bases;  // each had seen the one before
    for (int i = 0; i < edits; ++i) {
      bases = {hao_phone.record(studio_1, hao, id, "outreach_visit",
                                {put_over("on_spot_solved", "第" + std::to_string(i) + "稿", bases)})};
    }
    sync(hao_phone, studio_1);
    std::set<std::string> changes;
    std::int64_t lowest = INT64_MAX;
    std::string before;
    int pages = 0;
    for (; pages < 5; ++pages) {
      const Value page = get(path(studio_1, id) + "/history" + before);
      CHECK(page.integer_at("lines") <= 200);
      std::int64_t lowest_here = lowest;
      for (const Value& field : page.list_at("fields")) {
        for (const Value& entry : field.list_at("entries")) {
          CHECK(entry.integer_at("seq") < lowest);
          lowest_here = std::min(lowest_here, entry.integer_at("seq"));
          changes.emplace(entry.text_at("change"));
        }
      }
      lowest = lowest_here;
      if (!page.find("next")) break;
      before = "?before=" + std::to_string(page.integer_at("next"));
    }
    CHECK(pages == 1);
    CHECK(changes.size() == edits + 1);
    CHECK(ask("GET", path(studio_1, id) + "/history?before=x").status == 400);
  }

  TEST_CASE_FIXTURE(Visited, "comments without end come by pages, each once") {
    constexpr std::uint8_t comments = 230;
    for (std::uint8_t i = 0; i < comments; ++i) {
      RecordId comment = record_id(i);
      comment.bytes[0] = 0x78;
      mi_phone.record(studio_1, mi, comment, "comment",
                      {put("target_id", id.text()), put("text", "留言" + std::to_string(i))});
    }
    sync(mi_phone, studio_1);
    std::set<std::string> texts;
    const auto take = [&](const Value& page) {
      CHECK(page.list_at("comments").size() <= 100);
      for (const Value& comment : page.list_at("comments")) CHECK(texts.emplace(comment.text_at("text")).second);
    };
    const Value shown = record(studio_1, id);
    take(shown);
    std::string next(shown.text_at("comments_next"));
    int pages = 1;
    for (; !next.empty() && pages < 5; ++pages) {
      const Value page = get(path(studio_1, id) + "/comments?before=" + next);
      take(page);
      next = page.text_at("next");
    }
    CHECK(pages == 3);
    CHECK(texts.size() == comments);
    CHECK(ask("GET", path(studio_1, id) + "/comments?before=x").status == 400);
  }

  TEST_CASE_FIXTURE(Visited, "the reason of a change is for who sees all that it wrote") {
    constexpr const char* reason = "郝商量家属来电更正";
    doctor_phone.record(studio_2, doctor, encounter, "clinic_encounter", {put("seq_no", 2)}, reason);
    hao_phone.record(studio_1, hao, id, "outreach_visit", {put("on_spot_solved", "已送药")}, reason);
    sync(doctor_phone, studio_2);
    sync(hao_phone, studio_1);
    const auto told = [&](const StudioId& studio, const RecordId& record, const std::string& who) {
      return ask("GET", path(studio, record), {}, who).body +
             ask("GET", path(studio, record) + "/history", {}, who).body + ask("GET", "/v1/conflicts", {}, who).body +
             ask("GET", "/v1/held", {}, who).body;
    };
    CHECK(told(studio_1, id, token).find(reason) != std::string::npos);
    accept();
    const std::string above = supervisor();
    CHECK(told(studio_1, id, above).find("\"record\"") != std::string::npos);
    CHECK(told(studio_1, id, above).find("郝商量家属") == std::string::npos);
    CHECK(told(studio_2, encounter, above).find(reason) == std::string::npos);
  }

  TEST_CASE_FIXTURE(Visited, "nobody reads anything at the desk without signing in") {
    for (const char* target : {"/v1/records", "/v1/conflicts", "/v1/held", "/v1/devices", "/v1/export.csv",
                               "/v1/totals", "/v1/stock", "/v1/duplicates/candidates"}) {
      CAPTURE(target);
      CHECK(ask("GET", target, {}, "none").status == 401);
    }
  }
}
