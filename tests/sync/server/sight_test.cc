#include "sync/server/sight.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "schema/day.h"
#include "sync/log/rebuild.h"
#include "sync/server/feed.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;

// A studio of the kinds that are shipped: convener 1, coordinator 9, and one more reader, 3.
struct Studio : Bench {
  explicit Studio(const char* role, Sensitivity clearance = Sensitivity::health) {
    catalog = shipped_catalog();
    for (Grant& grant : grants) grant.clearance = Sensitivity::health;
    grants.push_back({member(3), role, studio, {}, 0, INT64_MAX, clearance});
    grants.push_back({member(4), "clinic_doctor", studio, {}, 0, INT64_MAX, Sensitivity::health});
  }

  void write(std::uint8_t author, std::uint8_t number, const char* kind, std::vector<Write> writes,
             std::string reason = {}) {
    Change made = change(author, ++ids, std::move(writes), std::move(reason));
    made.record = numbered<RecordId>(number);
    made.kind = kind;
    made.kinds_version = catalog.version;
    const Result<Pushed> pushed = send(author, made);
    REQUIRE(pushed);
    CHECK(pushed->held == 0);
  }
  Page page(std::uint8_t reader = 3, std::optional<Cursor> cursor = std::nullopt) {
    Page page;
    const SelfDevice device = device_of(reader);
    const Asker asker{device.device,
                      access_of(member(reader), grants, place, now_ms),
                      chain_start(studio, device.key),
                      sender_of(reader).n,
                      cursor,
                      1 << 20,
                      now_ms};
    const Status read = store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(page, page_for(snapshot, catalog, asker));
      return {};
    });
    REQUIRE(read);
    return page;
  }
  // The records of a page by their numbers, those that show something.
  static std::vector<int> shown(const Page& page) {
    std::vector<int> numbers;
    for (const std::string& text : page.rows) {
      const auto row = decode_row(text);
      REQUIRE(row);
      if (row->cells.size() > row->above.size()) numbers.push_back(row->record.bytes[0]);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }
  std::string today() const { return day_in_shanghai(now_ms); }

  std::uint8_t ids = 0;
};

std::string id(std::uint8_t number) { return numbered<RecordId>(number).text(); }

TEST_SUITE("sync/server/sight") {
  TEST_CASE("an informant's phone is given his own records and words about them, and no digest (PROTOCOL 5.2)") {
    Studio studio("informant");
    studio.write(1, 1, "concern", {put("title", "别人的")});
    studio.write(3, 2, "concern", {put("title", "自己的"), put("description", "家里漏雨")});
    studio.write(9, 3, "comment", {put("target_id", id(2)), put("text", "请补充地点")});
    studio.write(9, 4, "comment", {put("target_id", id(1)), put("text", "催办")});
    const Page page = studio.page();
    CHECK(Studio::shown(page) == std::vector<int>{2, 3});
    CHECK_FALSE(page.digest);
    CHECK(studio.page(9).digest);
    CHECK(page.rows.size() == 2);
  }
  TEST_CASE("administrators and auditors are given nothing, whatever their grant says") {
    for (const char* role : {"admin", "auditor"}) {
      Studio studio(role);
      studio.write(1, 1, "concern", {put("title", "路灯不亮")});
      studio.write(4, 2, "clinic_encounter", {put("chief_complaint", "头晕")});
      const Page page = studio.page();
      CHECK(page.given);
      CHECK(page.rows.empty());
      CHECK_FALSE(page.digest);
    }
  }
  TEST_CASE("a doctor's phone gets a clinic's patients when it names him, and loses them after thirty days") {
    Studio studio("clinic_doctor");
    studio.write(1, 1, "clinic_visit", {put("title", "送医下乡"), put("occurred_on", studio.today())});
    studio.write(4, 2, "clinic_encounter", {put("clinic_visit_id", id(1)), put("chief_complaint", "头晕")});
    const Page before = studio.page();
    CHECK(Studio::shown(before) == std::vector<int>{1});
    studio.write(1, 1, "clinic_visit", {element("doctors/" + Bench::member(3).text(), Op::add)});
    const Page named = studio.page(3, before.cursor);
    CHECK(named.from_zero);
    CHECK(Studio::shown(named) == std::vector<int>{1, 2});
    studio.now_ms += 30 * day_ms;
    CHECK_FALSE(studio.page(3, named.cursor).from_zero);
    studio.now_ms += day_ms;
    const Page over = studio.page(3, named.cursor);
    CHECK(over.from_zero);
    CHECK(Studio::shown(over) == std::vector<int>{1});
  }
  TEST_CASE("a doctor keeps what he wrote himself of a patient, and no more than that") {
    Studio studio("clinic_doctor");
    studio.write(1, 1, "clinic_visit",
                 {put("title", "送医下乡"), put("occurred_on", studio.today()),
                  element("doctors/" + Bench::member(3).text(), Op::add)});
    studio.write(3, 2, "clinic_encounter", {put("clinic_visit_id", id(1)), put("chief_complaint", "头晕")});
    studio.write(4, 2, "clinic_encounter", {put("impression_text", "高血压")});
    const auto patient = [&](const Page& page) {
      for (const std::string& text : page.rows) {
        const auto row = decode_row(text);
        if (row && row->record == numbered<RecordId>(2)) return *row;
      }
      return Row{};
    };
    CHECK(patient(studio.page()).cell("impression_text"));
    studio.now_ms += 31 * day_ms;
    const Row after = patient(studio.page());
    CHECK_FALSE(after.cell("impression_text"));
    REQUIRE(after.cell("chief_complaint"));
    CHECK(after.above.size() == after.cells.size());
  }
  TEST_CASE("a handling unit's phone has the concerns that are its own, and no more when they are taken away") {
    Studio studio("handling_unit", Sensitivity::personal);
    const std::string unit = Bench::member(3).text();
    studio.write(1, 1, "concern", {put("title", "路灯不亮"), put("appellant_resident_id", id(2))});
    studio.write(1, 2, "resident", {put("name", "郝商量"), put("contact_phone", "13800000001")});
    studio.write(1, 3, "resident", {put("name", "米小满")});
    studio.write(1, 4, "outreach_visit", {put("visit_kind", "household")});
    const Page before = studio.page();
    CHECK(before.rows.empty());
    studio.write(9, 1, "concern", {put("assigned_unit_id", unit)});
    const Page assigned = studio.page(3, before.cursor);
    CHECK(Studio::shown(assigned) == std::vector<int>{1, 2});
    const Row concern = studio.row_of(numbered<RecordId>(1));
    Write back = put("assigned_unit_id", Value());
    back.bases = {concern.cell("assigned_unit_id")->heads.at(0).id};
    studio.write(9, 1, "concern", {back});
    const Page taken = studio.page(3, assigned.cursor);
    CHECK(taken.from_zero);
    CHECK(taken.rows.empty());
  }
  TEST_CASE("a unit that nothing was assigned to writes no progress") {
    Studio studio("handling_unit", Sensitivity::personal);
    studio.write(1, 1, "concern", {put("title", "路灯不亮")});
    Change progress = studio.change(3, 77, {});
    progress.record = numbered<RecordId>(1);
    progress.kind = "concern";
    progress.kinds_version = studio.catalog.version;
    progress.writes.push_back(
        {{"progress_log", {}, {}}, Op::append, Value(Value::Object{{"text", "已派工"}}), {}, {}, {}});
    const Result<Pushed> pushed = studio.send(3, progress);
    REQUIRE(pushed);
    CHECK(pushed->held == 1);
    CHECK(studio.log().back().code == "not_allowed");
  }
  TEST_CASE("a supervisor's phone has what was accepted, without texts that name somebody, and a shell afterwards") {
    Studio studio("city_supervisor", Sensitivity::personal);
    studio.write(1, 1, "micro_consultation",
                 {put("title", "彩石路口"), put("opinions_text", "请找郝商量 13800138000"),
                  put("occurred_on", studio.today()), element("participants/郝商量", Op::add)});
    const auto step = [&](const char* from, const char* to, std::uint8_t author) {
      const Row row = studio.row_of(numbered<RecordId>(1));
      Write write{{"_review", {}, {}}, Op::step, Value(to), from, {}, {}};
      if (const Cell* cell = row.cell("_review")) write.bases = {cell->heads.back().id};
      studio.write(author, 1, "micro_consultation", {write}, "照办");
    };
    CHECK(studio.page().rows.empty());
    step("draft", "submitted", 1);
    CHECK(studio.page().rows.empty());
    step("submitted", "accepted", 9);
    const Page accepted = studio.page();
    REQUIRE(accepted.rows.size() == 1);
    const auto row = decode_row(accepted.rows.at(0));
    CHECK(row->cell("title"));
    CHECK(row->cell("occurred_on"));
    CHECK_FALSE(row->cell("opinions_text"));
    CHECK_FALSE(row->cell("participants/郝商量"));
    CHECK_FALSE(accepted.digest);
    step("accepted", "returned", 9);
    const Page after = studio.page(3, accepted.cursor);
    REQUIRE(after.rows.size() == 1);
    CHECK(decode_row(after.rows.at(0))->cells.empty());
  }
  TEST_CASE("a supervisor's phone is given no reason, which may name somebody") {
    Studio studio("city_supervisor", Sensitivity::personal);
    studio.write(1, 1, "concern", {put("title", "路灯不亮"), put("urgency", "normal")});
    studio.write(1, 2, "concern", {put("title", "井盖缺失"), put("urgency", "urgent")}, "郝商量来电催办");
    const Page page = studio.page();
    CHECK(Studio::shown(page) == std::vector<int>{1});
    for (const std::string& text : page.rows) CHECK(text.find("郝商量") == std::string::npos);
  }
  TEST_CASE("words about a patient are for those who may see the patient, and digests agree") {
    Studio studio("convener", Sensitivity::personal);
    studio.write(4, 1, "clinic_encounter", {put("chief_complaint", "头晕")});
    studio.write(4, 2, "comment", {put("target_id", id(1)), put("text", "她说最近头晕")});
    studio.write(4, 3, "comment", {put("target_id", id(99)), put("text", "那条记录还没到")});
    studio.write(1, 4, "concern", {put("title", "路灯不亮")});
    studio.write(4, 5, "comment", {put("target_id", id(4)), put("text", "已去看过")});
    const Page page = studio.page();
    CHECK(Studio::shown(page) == std::vector<int>{4, 5});
    Digest sum;
    for (const std::string& text : page.rows) sum += delivered_digest(*decode_row(text));
    CHECK(page.digest == sum);
    CHECK(Studio::shown(studio.page(9)) == std::vector<int>{1, 2, 3, 4, 5});

    const std::string before = encode_row(studio.row_of(numbered<RecordId>(2)));
    REQUIRE(rebuild(studio.store, studio.studio, studio.catalog));
    CHECK(encode_row(studio.row_of(numbered<RecordId>(2))) == before);
    CHECK(studio.page().digest == sum);
  }
  TEST_CASE("a reason stands with the most guarded of its change's writes alone (PROTOCOL 5.4)") {
    Studio studio("convener", Sensitivity::internal);
    studio.write(1, 1, "concern", {put("title", "路灯不亮"), put("description", "郝商量家门口")}, "郝商量来电要求更正");
    studio.write(1, 2, "concern", {put("title", "井盖缺失")}, "写错了");
    for (const std::string& text : studio.page().rows) CHECK(text.find("郝商量") == std::string::npos);
    CHECK(studio.row_of(numbered<RecordId>(1)).cell("description")->heads.at(0).reason == "郝商量来电要求更正");
    CHECK(studio.row_of(numbered<RecordId>(2)).cell("title")->heads.at(0).reason == "写错了");
  }
}

}  // namespace
}  // namespace lianxin
