#include "server/upkeep/search_indexing.h"
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

  // Two concerns of one matter, by two conveners, complete, and one triaged.
  struct Lamps : ReviewDesk {
    Lamps() {
      const auto concern = [&](TestPhone& phone, const MemberId& member, const RecordId& id, const char* urgency,
                               const char* number, std::vector<Write> more) {
        more.insert(more.end(),
                    {put("title", "路灯不亮"), put("description", "三组路口的灯坏了"), put("source_kind", "outreach"),
                     put("appeal_type", "help"), put("category_code", "市政/路灯"), put("region_code", "990121100201"),
                     put("urgency", urgency), put("_provisional_no", number)});
        phone.record(studio_1, member, id, "concern", std::move(more));
        sync(phone, studio_1);
      };
      concern(hao_phone, hao, first, "normal", "临-1", {reporter("张三", "name", "张三")});
      concern(mi_phone, mi, second, "emergency", "临-2",
              {reporter("张三", "callback_wanted", true), reporter("李四", "callback_wanted", true)});
      concern(mi_phone, mi, third, "urgent", "临-3", {});
      take(second, "triaged");
    }
    static Write reporter(const char* key, const char* attribute, Value value) {
      return {{"reporters", key, attribute}, Op::put, std::move(value), {}, {}, {}};
    }
    void take(const RecordId& id, const char* to, const char* reason = "") {
      post(path(studio_1, id) + "/steps", Value::Object{{"to", to}, {"reason", reason}});
    }
    static Value pair(const RecordId& a, const RecordId& b, const RecordId* primary = nullptr, bool join = true) {
      const auto end = [](const RecordId& id) {
        return Value::Object{{"studio", "990121-S01"}, {"record", id.text()}};
      };
      Value::Object body{{"a", end(a)}, {"b", end(b)}};
      if (join) body.emplace("counters", "sum");
      if (primary) body.emplace("primary", primary->text());
      return body;
    }
    void join(const RecordId& a, const RecordId& b, const RecordId* primary = nullptr) {
      post("/v1/duplicates", pair(a, b, primary));
    }
    void part(const RecordId& a, const RecordId& b) { post("/v1/duplicates/remove", pair(a, b, nullptr, false)); }
    std::string state(const RecordId& id) { return std::string(record(studio_1, id).text_at("state")); }
    // The entry of a list; null where it has none.
    Value entry(const RecordId& id, const std::string& query = "/v1/records?kind=concern") {
      const Value list = get(query);
      for (const Value& each : list.list_at("records")) {
        if (each.text_at("record") == id.text()) return each;
      }
      return {};
    }
    static Value united(const Value& record, std::string_view field) {
      for (const Value& each : record.find("joined")->list_at("fields")) {
        if (each.text_at("field") == field) return each;
      }
      return {};
    }
    const RecordId first = record_id(1), second = record_id(2), third = record_id(3);
  };

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
}
