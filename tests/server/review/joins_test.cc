#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE("server/review/joins") {
  struct Twice : ReviewDesk {
    Twice() {
      write(hao_phone, hao, first, "彩石路口放学时段通行安全微协商", "16:40", 37,
            {"郝商量", "米小满", "甄有理", "路长安", "钱串串", "孙大圣"});
      write(mi_phone, mi, second, "柳湾小学门口交通安全协商会", "16:45", 28,
            {"郝商量", "米小满", "甄有理", "钱串串", "李逢春"});
    }
    void write(TestPhone& phone, const MemberId& member, const RecordId& id, const char* title, const char* end,
               std::int64_t heads, std::vector<std::string> people) {
      std::vector<Write> writes{put("title", title),
                                put("session_kind", "micro_consult"),
                                put("topic_class", "livelihood"),
                                put("topic_source", "public"),
                                put("host_studio_id", studio_1.text()),
                                put("moderator_id", mi.text()),
                                put("opinions_text", "放学时车多"),
                                put("consensus_text", "设临时限行"),
                                put("category_code", "交通设施/道路安全"),
                                put("occurred_on", "2026-05-12"),
                                put("start_at", "15:00"),
                                put("end_at", end),
                                put("region_code", "990121100001"),
                                count("headcount_total", heads)};
      for (const std::string& who : people) writes.push_back(add("participants", who));
      phone.record(studio_1, member, id, "micro_consultation", whole("micro_consultation", std::move(writes)));
      phone.record(studio_1, member, id, "micro_consultation", {step("_review", "draft", "submitted")});
      sync(phone, studio_1);
      post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", id.text()}, {"to", "accepted"}});
    }
    Value pair(const char* counters = nullptr) const {
      const auto end = [](const RecordId& id) {
        return Value::Object{{"studio", studio_1.text()}, {"record", id.text()}};
      };
      Value::Object body{{"a", end(second)}, {"b", end(first)}};
      if (counters) body.emplace("counters", counters);
      return body;
    }
    std::int64_t total(std::string_view name) {
      const Value totals = get("/v1/totals?kind=micro_consultation&from=2026-05-01&to=2026-05-31");
      for (const Value& indicator : totals.list_at("indicators")) {
        if (indicator.text_at("name") == name) return indicator.integer_at("value");
      }
      return -1;
    }
    const RecordId first = record_id(1), second = record_id(2);
  };

  TEST_CASE_FIXTURE(Twice, "more candidates than a page holds come page after page each once") {
    // Twenty-two evenings of one village and day, alike in all: 231 pairs, beside the one that the fixture makes.
    const auto id = [](int i) { return record_id(static_cast<std::uint8_t>(100 + i)); };
    for (int i = 0; i < 22; ++i) {
      hao_phone.record(studio_1, hao, id(i), "outreach_visit",
                       {put("visit_kind", "household"), put("occurred_on", "2026-05-21"),
                        put("region_code", "990121100201"), put("address_text", "上柳湾村三组")});
    }
    sync(hao_phone, studio_1);
    std::set<std::string> seen;
    std::vector<std::size_t> pages;
    std::string after;
    do {
      const Value page = get("/v1/duplicates/candidates?month=2026-05" + (after.empty() ? "" : "&after=" + after));
      pages.push_back(page.list_at("candidates").size());
      for (const Value& each : page.list_at("candidates")) {
        seen.insert(std::string(each.find("a")->text_at("record")) + std::string(each.find("b")->text_at("record")));
      }
      after = page.text_at("next");
    } while (!after.empty());
    CHECK(pages == std::vector<std::size_t>{200, 32});
    CHECK(seen.size() == 232);
  }

  TEST_CASE_FIXTURE(Twice, "one event in two records is a candidate until it is joined") {
    const Value found = get("/v1/duplicates/candidates?month=2026-05");
    REQUIRE(found.list_at("candidates").size() == 1);
    const Value& candidate = found.list_at("candidates").at(0);
    CHECK(candidate.text_at("score") == "0.78");
    CHECK(candidate.boolean_at("suggest"));
    CHECK(candidate.text_at("counters") == "larger");
    CHECK(get("/v1/duplicates/candidates?month=2026-08").list_at("candidates").empty());
    CHECK(ask("GET", "/v1/duplicates/candidates?month=may").status == 400);
    CHECK(found.text_at("next").empty());
    CHECK(found.boolean_at("all_compared"));
    for (const char* after : {"nonsense", "micro_consultation.1.2.3", "village.780000.a.b"}) {
      CHECK(ask("GET", std::string("/v1/duplicates/candidates?month=2026-05&after=") + after).status == 400);
    }
    post("/v1/duplicates", pair("larger"));
    CHECK(get("/v1/duplicates/candidates?month=2026-05").list_at("candidates").empty());
  }

  TEST_CASE_FIXTURE(Twice, "records that hang together through another one are no candidates, wherever that one is") {
    const RecordId third = record_id(3);
    write(hao_phone, hao, third, "另一件事", "09:00", 3, {"张三"});
    const auto edit = [&](const char* at, Value value) {
      post(path(studio_1, third) + "/edits",
           Value::Object{{"reason", "更正"},
                         {"writes", Value::List{Value::Object{{"at", at}, {"put", std::move(value)}}}}});
    };
    edit("occurred_on", "2026-09-12");
    for (const RecordId& id : {first, second}) {
      post("/v1/duplicates", Value::Object{{"a", Value::Object{{"studio", studio_1.text()}, {"record", id.text()}}},
                                           {"b", Value::Object{{"studio", studio_1.text()}, {"record", third.text()}}},
                                           {"counters", "sum"}});
    }
    CHECK(get("/v1/duplicates/candidates?month=2026-05").list_at("candidates").empty());
    edit("_deleted", true);
    CHECK(get("/v1/duplicates/candidates?month=2026-05").list_at("candidates").empty());
  }

  TEST_CASE_FIXTURE(Twice, "joined records count once and parting them undoes it exactly") {
    const Value before_first = record(studio_1, first), before_second = record(studio_1, second);
    CHECK(total("n_consult") == 2);
    CHECK(total("p_consult") == 65);

    const Value joined = post("/v1/duplicates", pair("larger"));
    CHECK(joined.find("joined")->object_at("counters").at("headcount_total") == Value(37));
    CHECK(joined.find("joined")->text_at("primary") == first.text());
    CHECK(total("n_consult") == 1);
    CHECK(total("p_consult") == 37);
    // Both show it: the edge lies in the smaller id, and is found from the other as well.
    for (const RecordId& id : {first, second}) {
      CHECK(record(studio_1, id).find("joined")->list_at("records").size() == 2);
    }
    post("/v1/duplicates", pair("sum"));
    CHECK(total("n_consult") == 1);
    CHECK(total("p_consult") == 65);

    post("/v1/duplicates/remove", pair());
    CHECK(total("n_consult") == 2);
    CHECK(total("p_consult") == 65);
    CHECK(record(studio_1, first).find("joined") == nullptr);
    CHECK(cell_of(record(studio_1, first), "headcount_total") == cell_of(before_first, "headcount_total"));
    CHECK(record(studio_1, second).list_at("cells") == before_second.list_at("cells"));
    CHECK(ask("POST", "/v1/duplicates/remove", pair()).status == 404);
  }

  TEST_CASE_FIXTURE(Twice, "an edge taken away may be put back") {
    post("/v1/duplicates", pair("sum"));
    post("/v1/duplicates/remove", pair());
    post("/v1/duplicates", pair("larger"));
    CHECK(total("p_consult") == 37);
    CHECK(total("n_consult") == 1);
  }

  TEST_CASE_FIXTURE(Twice, "an edge that was taken away chooses nothing for the next one") {
    Value chosen = pair("sum");
    chosen.object()->emplace("primary", second.text());
    CHECK(post("/v1/duplicates", chosen).find("joined")->text_at("primary") == second.text());
    post("/v1/duplicates/remove", pair());
    CHECK(post("/v1/duplicates", pair("sum")).find("joined")->text_at("primary") == first.text());
  }

  TEST_CASE_FIXTURE(Twice, "what cannot be joined is refused") {
    Value self = pair("sum");
    self.object()->insert_or_assign("a", *self.find("b"));
    CHECK(ask("POST", "/v1/duplicates", self).status == 400);
    CHECK(ask("POST", "/v1/duplicates", pair("average")).status == 400);
    const Response by_convener = ask("POST", "/v1/duplicates", pair("sum"), sign_in("hao", hao));
    CHECK(by_convener.status == 422);
    CHECK(json_of(by_convener).text_at("code") == "not_allowed");
  }

  TEST_CASE_FIXTURE(Twice, "records of two studios are joined in both and parted in both") {
    const RecordId third = record_id(3);
    doctor_phone.record(studio_2, doctor, record_id(4), "clinic_visit",
                        {put("title", "义诊"), count("persons_served", 5)});
    sync(doctor_phone, studio_2);
    hao_phone.record(studio_1, hao, third, "clinic_visit", {put("title", "义诊")});
    sync(hao_phone, studio_1);
    post(path(studio_1, third) + "/edits",
         Value::Object{{"writes", Value::List{Value::Object{{"at", "persons_served"}, {"count", 7}}}}});
    const Value body = Value::Object{{"a", Value::Object{{"studio", studio_1.text()}, {"record", third.text()}}},
                                     {"b", Value::Object{{"studio", "990121-S02"}, {"record", record_id(4).text()}}},
                                     {"counters", "sum"},
                                     {"primary", record_id(4).text()}};
    const Value joined = post("/v1/duplicates", body);
    CHECK(joined.find("joined")->object_at("counters").at("persons_served") == Value(12));
    CHECK(joined.find("joined")->text_at("primary") == record_id(4).text());
    CHECK(record(studio_2, record_id(4)).find("joined")->list_at("records").size() == 2);
    // Who has no grant in the other studio sees his own alone.
    CHECK(record(studio_1, third, sign_in("hao", hao)).find("joined") == nullptr);
    // Parting has no counters to choose.
    CHECK(ask("POST", "/v1/duplicates/remove", body).status == 400);
    post("/v1/duplicates/remove", Value::Object{{"a", *body.find("a")}, {"b", *body.find("b")}});
    CHECK(record(studio_1, third).find("joined") == nullptr);
    CHECK(record(studio_2, record_id(4)).find("joined") == nullptr);
  }
}
