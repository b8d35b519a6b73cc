#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE("server/review/totals") {
  struct Clinics : ReviewDesk {
    // The seven clinics of half a year, as in the example records; the first counted at three tables.
    struct Clinic {
      const char* day;
      std::vector<std::int64_t> served;
      std::int64_t value_fen;
    };
    const std::vector<Clinic> clinics{{"2026-01-16", {96, 88, 58}, 772000}, {"2026-02-27", {260}, 830000},
                                      {"2026-03-20", {231}, 738000},        {"2026-04-17", {248}, 792000},
                                      {"2026-05-15", {252}, 805000},        {"2026-06-12", {219}, 699500},
                                      {"2026-07-17", {245}, 783500}};

    void hold(std::uint8_t n, const Clinic& clinic, bool accepted) {
      const RecordId id = record_id(n);
      doctor_phone.record(studio_2, doctor, id, "clinic_visit",
                          whole("clinic_visit", {put("occurred_on", clinic.day), count("persons_served", 0)}));
      for (const std::int64_t served : clinic.served) {
        doctor_phone.record(studio_2, doctor, id, "clinic_visit", {count("persons_served", served)});
      }
      doctor_phone.record(studio_2, doctor, id, "clinic_visit", {step("_review", "draft", "submitted")});
      sync(doctor_phone, studio_2);
      post(path(studio_2, id) + "/edits",
           Value::Object{
               {"writes", Value::List{Value::Object{{"at", "medicine_value_manual_fen"}, {"put", clinic.value_fen}}}}});
      if (accepted)
        post("/v1/verdicts", Value::Object{{"studio", studio_2.text()}, {"record", id.text()}, {"to", "accepted"}});
    }
    Value indicator(const std::string& query, std::string_view name) {
      const Value totals = get("/v1/totals?" + query);
      for (const Value& indicator : totals.list_at("indicators")) {
        if (indicator.text_at("name") == name) return indicator;
      }
      FAIL("no such indicator");
      return {};
    }
    void dispense(std::uint8_t n, std::uint8_t visit, std::int64_t qty, std::int64_t price_fen) {
      doctor_phone.record(
          studio_2, doctor, record_id(n), "medicine_dispense",
          {put("clinic_visit_id", record_id(visit).text()), put("item_id", "a4a3f429-3d96-4f42-9ac9-158f8138f18f"),
           put("qty", qty), put("unit_price_fen", price_fen), put("occurred_on", "2026-03-20")});
    }
  };

  TEST_CASE_FIXTURE(Clinics, "seven clinics come to 1697 person-times and 5.42 times ten thousand yuan") {
    for (std::size_t i = 0; i < clinics.size(); ++i) hold(static_cast<std::uint8_t>(i + 1), clinics[i], true);
    hold(8, {"2026-07-22", {9}, 31600}, false);
    const std::string query = "kind=clinic_visit&from=2026-01-01&to=2026-12-31";
    CHECK(indicator(query, "n_clinic").integer_at("value") == 7);
    const Value served = indicator(query, "p_clinic");
    CHECK(served.integer_at("value") == 1697);
    CHECK(served.text_at("unit") == "人次");
    CHECK(served.integer_at("pending") == 9);
    CHECK(served.list_at("records").size() == 7);
    CHECK(served.list_at("pending_records").size() == 1);
    const Value value = indicator(query, "v_med");
    CHECK(value.text_at("text") == "5.42");
    CHECK(value.text_at("yuan_text") == "54200.00");
    CHECK(indicator(query, "v_med_pp").text_at("text") == "31.94");
    // The list behind a total adds up to it.
    std::int64_t sum = 0;
    for (const Value& part : value.list_at("records")) sum += part.integer_at("value");
    CHECK(sum == value.integer_at("value"));
    CHECK(indicator("kind=clinic_visit&from=2026-01-01&to=2026-01-31", "p_clinic").integer_at("value") == 242);
    CHECK(indicator("kind=clinic_visit&from=2027-01-01&to=2027-01-31", "v_med_pp").text_at("text") == "—");
  }

  TEST_CASE_FIXTURE(Clinics, "what was dispensed counts instead of a value written by hand") {
    hold(1, clinics[2], true);
    dispense(50, 1, 127, 1250);
    dispense(51, 1, 2, 1150);
    sync(doctor_phone, studio_2);
    // Lines that came after the verdict are not what it saw.
    CHECK(indicator("kind=clinic_visit", "v_med").integer_at("value") == 738000);
    CHECK(indicator("kind=clinic_visit", "v_med").integer_at("pending") == 127 * 1250 + 2 * 1150 - 738000);
    post("/v1/verdicts",
         Value::Object{{"studio", studio_2.text()}, {"record", record_id(1).text()}, {"to", "accepted"}});
    CHECK(indicator("kind=clinic_visit", "v_med").integer_at("value") == 127 * 1250 + 2 * 1150);
    CHECK(indicator("kind=clinic_visit", "v_med").integer_at("pending") == 0);
  }

  TEST_CASE_FIXTURE(Clinics, "a deleted clinic counts for nothing") {
    hold(1, clinics[0], true);
    post(path(studio_2, record_id(1)) + "/edits",
         Value::Object{{"reason", "误录"}, {"writes", Value::List{Value::Object{{"at", "_deleted"}, {"put", true}}}}});
    CHECK(indicator("kind=clinic_visit", "n_clinic").integer_at("value") == 0);
  }

  TEST_CASE_FIXTURE(Clinics, "stock below zero is shown as a discrepancy and never clamped") {
    hold(3, clinics[2], true);
    doctor_phone.record(studio_2, doctor, record_id(60), "medicine_stock_move",
                        {put("item_id", "A4A3F429-3D96-4F42-9AC9-158F8138F18F"), put("kind", "in"), put("qty", 125),
                         put("occurred_on", "2026-03-01")});
    dispense(61, 3, 65, 1250);
    dispense(62, 3, 62, 1250);
    sync(doctor_phone, studio_2);
    const Value stock = get("/v1/stock?studio=990121-S02&from=2026-03-10&to=2026-03-31");
    REQUIRE(stock.list_at("items").size() == 1);
    const Value& item = stock.list_at("items").at(0);
    CHECK(item.text_at("name") == "氨氯地平片");
    CHECK(item.integer_at("opening") == 125);
    CHECK(item.integer_at("dispensed") == 127);
    CHECK(item.integer_at("closing") == -2);
    CHECK(item.boolean_at("discrepancy"));
  }

  TEST_CASE_FIXTURE(Clinics,
                    "visits give household-times and distinct households and concerns are counted raw and merged") {
    for (std::uint8_t n = 10; n < 13; ++n) {
      hao_phone.record(studio_1, hao, record_id(n), "outreach_visit",
                       whole("outreach_visit", {put("visit_kind", "household"), put("occurred_on", "2026-04-02"),
                                                put("household_id", record_id(n == 12 ? 90 : 91).text())}));
      hao_phone.record(studio_1, hao, record_id(n), "outreach_visit", {step("_review", "draft", "submitted")});
      hao_phone.record(studio_1, hao, record_id(static_cast<std::uint8_t>(n + 20)), "concern",
                       {put("title", "路灯"), put("collected_on", "2026-04-03")});
    }
    sync(hao_phone, studio_1);
    for (std::uint8_t n = 10; n < 13; ++n) {
      post("/v1/verdicts",
           Value::Object{{"studio", studio_1.text()}, {"record", record_id(n).text()}, {"to", "accepted"}});
    }
    post("/v1/duplicates",
         Value::Object{{"a", Value::Object{{"studio", studio_1.text()}, {"record", record_id(30).text()}}},
                       {"b", Value::Object{{"studio", studio_1.text()}, {"record", record_id(31).text()}}},
                       {"counters", "sum"}});
    const std::string april = "from=2026-04-01&to=2026-04-30";
    CHECK(indicator(april, "n_visit").integer_at("value") == 3);
    CHECK(indicator(april, "h_visit").integer_at("value") == 3);
    CHECK(indicator(april, "hd_visit").integer_at("value") == 2);
    CHECK(indicator(april, "p_visit").integer_at("value") == 9);
    CHECK(indicator(april, "n_conc_raw").integer_at("value") == 3);
    CHECK(indicator(april, "n_conc").integer_at("value") == 2);
    // Who may not see which household it was cannot count them.
    const Value totals = get("/v1/totals?kind=outreach_visit&" + april, sign_in("mi", mi));
    for (const Value& indicator : totals.list_at("indicators")) {
      if (indicator.text_at("name") == "hd_visit") CHECK(indicator.text_at("text") == "—");
    }
    CHECK(ask("GET", "/v1/totals?kind=comment").status == 400);
  }
}
