// What a consent withholds, at the desk (PROTOCOL 3.13).
#include "schema/json.h"
#include "sync/model/relation.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr const char* words = "Jiazhongliukouren";

struct Consenting : ReviewDesk {
  const RecordId person = record_id(31), consent = record_id(32), visit = record_id(33);

  void visited() {
    hao_phone.record(
        studio_1, hao, visit, "outreach_visit",
        whole("outreach_visit", {put("interviewee_resident_id", person.text()), put("notes_text", words)}));
    sync(hao_phone, studio_1);
  }
  void consents(TestPhone& phone, const StudioId& studio, const MemberId& member) {
    given = phone.record(studio, member, consent, "consent",
                         {put("resident_id", person.text()), put("scope", "record_keeping"), put("state", "given"),
                          put("method", "signature_image"), put("given_on", "2026-11-01")});
    sync(phone, studio);
  }
  void withdraws(TestPhone& phone, const StudioId& studio, const MemberId& member) {
    withdrawn = phone.record(studio, member, consent, "consent",
                             {put_over("state", "withdrawn", {given}), put("withdrawn_at", "2026-11-02")});
    sync(phone, studio);
  }
  Response unmask(const std::string& whose) {
    return ask("POST", path(studio_1, visit) + "/unmask",
               Value::Object{{"field", "notes_text"}, {"reason_code", "complaint"}, {"reason", "核对投诉"}}, whose);
  }
  bool tells(const std::string& target, const std::string& whose = {}) {
    return ask("GET", target, {}, whose).body.find(words) != std::string::npos;
  }
  // The sums, and of how many records each is; not what these are called.
  std::string text_of_totals() {
    const Value totals = get("/v1/totals?kind=outreach_visit&from=2026-01-01&to=2026-12-31");
    std::string text;
    for (const Value& each : totals.list_at("indicators")) {
      text += std::string(each.text_at("name")) + " " + std::string(each.text_at("text")) + " of " +
              std::to_string(each.list_at("records").size()) + "\n";
    }
    return text;
  }
  void settle() {  // as the server does again and again
    for (int i = 0; i < 3; ++i) must(server->consent_settling->settle());
  }

  ChangeId given, withdrawn;
};

}  // namespace

TEST_SUITE("server/review/withheld") {
  TEST_CASE_FIXTURE(Consenting, "what a consent withholds nobody sees at a desk, nor unmasks, and it still counts") {
    visited();
    consents(hao_phone, studio_1, hao);
    hao_phone.record(studio_1, hao, visit, "outreach_visit", {step("_review", "draft", "submitted")});
    sync(hao_phone, studio_1);
    post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", visit.text()}, {"to", "accepted"}});
    const std::string city = supervisor();
    REQUIRE(unmask(city).status == 200);
    CHECK(tells(path(studio_1, visit), city));
    CHECK(tells(path(studio_1, visit)));
    CHECK(tells(path(studio_1, visit) + "/history"));
    const std::string totals = text_of_totals();
    CHECK(get("/v1/records?withheld=1").list_at("records").empty());

    withdraws(hao_phone, studio_1, hao);
    for (const std::string& whose : {token, city}) {
      CHECK_FALSE(tells(path(studio_1, visit), whose));
      CHECK_FALSE(tells(path(studio_1, visit) + "/history", whose));
      CHECK_FALSE(tells("/v1/records?kind=outreach_visit", whose));
      CHECK(unmask(whose).status == 403);
    }
    const Value shown = record(studio_1, visit);
    CHECK(shown.boolean_at("withheld"));
    CHECK(cell_of(shown, "address_text").is_null());
    CHECK(cell_of(shown, "persons_reached").integer_at("value") == 3);
    CHECK(get("/v1/records?text=" + std::string(words)).list_at("records").empty());
    const Value listed = get("/v1/records?withheld=1");
    REQUIRE(listed.list_at("records").size() == 1);
    CHECK(listed.list_at("records").at(0).text_at("record") == visit.text());
    CHECK(listed.list_at("records").at(0).boolean_at("withheld"));
    CHECK(text_of_totals() == totals);
    CHECK(cell_of(record(studio_1, consent), "state").text_at("value") == "withdrawn");
    CHECK(ask("POST", path(studio_1, visit) + "/edits",
              Value::Object{{"writes", Value::List{Value::Object{{"at", "notes_text"}, {"put", words}}}}})
              .status == 422);
  }

  TEST_CASE_FIXTURE(Consenting, "a consent of another studio withholds once the server has looked, and lifts as well") {
    visited();
    consents(doctor_phone, studio_2, doctor);
    settle();
    CHECK(tells(path(studio_1, visit)));
    withdraws(doctor_phone, studio_2, doctor);
    settle();
    CHECK_FALSE(tells(path(studio_1, visit)));
    CHECK(record(studio_1, visit).boolean_at("withheld"));
    // A record that comes later is found as well, and nothing is done twice.
    hao_phone.record(
        studio_1, hao, record_id(34), "outreach_visit",
        whole("outreach_visit", {put("interviewee_resident_id", person.text()), put("notes_text", words)}));
    sync(hao_phone, studio_1);
    settle();
    CHECK_FALSE(tells(path(studio_1, record_id(34))));
    const std::int64_t last_seq = record(studio_1, visit).integer_at("last_seq");
    settle();
    CHECK(record(studio_1, visit).integer_at("last_seq") == last_seq);
    doctor_phone.record(studio_2, doctor, consent, "consent", {put_over("state", "given", {withdrawn})});
    sync(doctor_phone, studio_2);
    settle();
    CHECK(tells(path(studio_1, visit)));
    CHECK_FALSE(record(studio_1, visit).boolean_at("withheld"));
  }
}
