#include "server/import/import.h"

#include "server/import/import_plan.h"
#include "sync/model/view.h"
#include "sync/server/act.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Row row_of(TestServer& server, const StudioId& studio, const RecordId& record) {
  Row found;
  must(server->store->read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto rows, snapshot.records(std::span(&record, 1)));
    if (!rows[0]) return failure(Errc::not_found, "no such record");
    LX_TRY(found, decode_row(rows[0]->encoded));
    return {};
  }));
  return found;
}

Value shown_of(TestServer& server, const StudioId& studio, const RecordId& record, const char* field) {
  const auto shown = shown_fields(server->kinds->current()->catalog, row_of(server, studio, record));
  const auto found = shown.find(field);
  return found == shown.end() ? Value() : found->second;
}

const StudioId county = reference_studio_of("990121");

}  // namespace

TEST_SUITE_BEGIN("server/import/import");

TEST_CASE("each item stands in the reference data where it belongs") {
  TestServer server;
  const RecordId village = reference_record_of("village", "990121100201");
  CHECK(shown_of(server, county, village, "name") == Value("上柳湾村"));
  CHECK(shown_of(server, county, village, "geo_point") ==
        Value(Value::Object{{"lat", "36.1"}, {"lon", "112"}, {"coord_sys", "WGS84"}}));
  CHECK(shown_of(server, county, RecordId{hao.bytes}, "unit_title") == Value("总召集人"));
  CHECK(shown_of(server, county, RecordId{studio_1.bytes}, "studio_code") == Value("990121-S01"));
  CHECK(shown_of(server, reference_studio_of("990000"), reference_record_of("org_unit", "990000"), "level") ==
        Value("province"));
  const RecordId medicine = *RecordId::parse("a4a3f429-3d96-4f42-9ac9-158f8138f18f");
  CHECK(shown_of(server, reference_studio_of("990000"), medicine, "unit_price_fen") == Value(1250));
  const Value members = shown_of(server, county, RecordId{studio_1.bytes}, "member_ids");
  REQUIRE(members.list() != nullptr);
  CHECK(members.list()->size() == 4);
}

TEST_CASE("a position is rounded as on a phone") {
  TestServer server;
  CHECK(must(server.import(R"({"villages": [{"region_code": "990121100302", "name": "石门村",
    "geo_point": {"lat": 36.1000012345, "lon": "112.99999951", "coord_sys": "WGS84", "accuracy": 5}}]})"))
            .added == 1);
  CHECK(shown_of(server, county, reference_record_of("village", "990121100302"), "geo_point") ==
        Value(Value::Object{{"lat", "36.100001"}, {"lon", "113"}, {"coord_sys", "WGS84"}}));
}

TEST_CASE("importing twice adds nothing") {
  TestServer server;
  const Imported again = must(server.import(county_json));
  CHECK(again.added == 0);
  CHECK(again.edited == 0);
  CHECK(again.grants == 0);
  CHECK(again.unchanged == 14);
}

TEST_CASE("a changed value is an edit that replaces what was there") {
  TestServer server;
  const std::string file = R"({"villages": [{"region_code": "990121100201", "name": "上柳湾社区"}]})";
  CHECK(must(server.import(file)).edited == 1);
  const RecordId village = reference_record_of("village", "990121100201");
  CHECK(shown_of(server, county, village, "name") == Value("上柳湾社区"));
  const Row row = row_of(server, county, village);
  CHECK(row.cell("name")->heads.size() == 1);
  CHECK(conflicts_of(server->kinds->current()->catalog, row).empty());
  CHECK(must(server.import(file)).unchanged == 1);
}

TEST_CASE("a cell in conflict is left alone and named and the rest of its record is edited (PROTOCOL 3.11)") {
  TestServer server;
  const RecordId village = reference_record_of("village", "990121100201");
  const Moment moment = must(server->moments->now());
  Draft other{village, "village", {}, {put("name", "上柳湾新村")}, 0};  // of a screen that did not show the first name
  must(act(*server->store, county, moment.rules(*moment.places->place(county)), server->self, std::span(&other, 1)));
  const auto names = [&] {
    const Row row = row_of(server, county, village);
    std::set<std::string> found;
    for (const Head& head : row.cell("name")->heads) found.insert(*head.value.text());
    return found;
  };
  REQUIRE(names() == std::set<std::string>{"上柳湾村", "上柳湾新村"});

  const std::string file = R"({"villages": [{"region_code": "990121100201", "name": "上柳湾社区",
                                             "geo_point": {"lat": "36.2", "lon": "112", "coord_sys": "WGS84"}}]})";
  const Imported imported = must(server.import(file));
  CHECK(imported.edited == 1);
  REQUIRE(imported.in_conflict.size() == 1);
  CHECK(imported.in_conflict.front().ends_with(": name"));
  CHECK(names() == std::set<std::string>{"上柳湾村", "上柳湾新村"});
  CHECK(conflicts_of(*moment.catalog, row_of(server, county, village)).size() == 1);
  const Imported again = must(server.import(file));
  CHECK(again.unchanged == 0);
  CHECK(again.in_conflict.size() == 1);
}

TEST_CASE("what cannot be taken is named and the rest is taken") {
  TestServer server;
  const Imported imported = must(server.import(R"({
    "villages": [{"region_code": "770121100201", "name": "不在本县"}, {"region_code": "990121100202", "name": "下柳湾村"},
                 {"region_code": "990121100203", "name": "坏", "geo_point": {"lat": "north"}}],
    "studios": [{"studio_code": "990121-S09", "name": "新", "colour": "red", "region_code": "990121"}],
    "grants": [{"member": "nobody", "role": "convener", "studio": "990121-S01"},
               {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "king", "studio": "990121-S01"},
               {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "convener", "studio": "990121-S77"}]})"));
  CHECK(imported.added == 2);
  CHECK(imported.grants == 0);
  CHECK(imported.refused.size() == 5);
  CHECK(imported.ignored == std::set<std::string>{"studio.colour"});
}

TEST_CASE("what lacks a field, or stands under a name or in a form that no file has, is named and not passed over") {
  TestServer server;
  const Imported imported = must(server.import(R"({
    "note": "made up",
    "village": [{"region_code": "990121100301", "name": "石门村"}],
    "members": {"name": "甲"},
    "villages": [{"region_code": "990121100309"}, {"region_code": "990121100310", "name": "　"},
                 {"region_code": "990121100302", "name": "石门村"}],
    "medicine_items": [{"item_code": "86900001", "generic_name": "阿莫西林", "unit": "盒",
                        "batches": [{"batch_no": "B1", "expires_on": "2020-01-01"}]}],
    "studios": [{"id": "00000000-0000-4000-8000-000000000001", "studio_code": "990121-S01", "name": "另一个",
                 "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121100"}]})"));
  CHECK(imported.added == 2);  // the village that is whole, and the medicine without what cannot be taken of it
  const std::string refused = [&] {
    std::string all;
    for (const std::string& each : imported.refused) all += each + "\n";
    return all;
  }();
  CAPTURE(refused);
  for (const char* said : {"village: is no section", "members: is no list", "villages[0]: lacks name",
                           "villages[1]: lacks name", "medicine_items[0].batches: one of its elements is no text",
                           "studios[0]: has the code of another one here, 1f8f1f53"}) {
    CHECK(refused.find(said) != std::string::npos);
  }
  CHECK(imported.refused.size() == 6);
  CHECK(imported.lacking.empty());
  const Imported taken = must(server.import(
      R"({"studios": [{"studio_code": "990121-S09", "name": "新", "place_kind": "studio", "region_code": "990121"}]})"));
  CHECK(taken.added == 1);
  CHECK(taken.lacking == std::vector<std::string>{"studios[0]: studio_kind", "studios[0]: studio_level"});
}

TEST_CASE("two medicines of one code stand there twice, and a spoilt code is no new one") {
  TestServer server;
  const Imported imported = must(server.import(R"({"medicine_items": [
    {"item_code": "86900001", "generic_name": "阿莫西林", "unit": "盒"},
    {"item_code": "86900001", "generic_name": "阿莫西林胶囊", "unit": "盒"},
    {"item_code": "86900002 ", "generic_name": "布洛芬", "unit": "盒"},
    {"item_code": "8.69E+07", "generic_name": "藿香正气", "unit": "盒"}]})"));
  CHECK(imported.added == 0);
  CHECK(imported.refused.size() == 4);
}

TEST_CASE("what stands in a file twice is named at all its places and taken from none") {
  const std::string visitor = "7c2f3a0e-1111-4a6b-9c7d-0123456789ab";
  const struct {
    const char* what;
    std::string file;
    std::vector<std::string> places;
  } cases[] = {
      {"a village",
       R"({"villages": [{"region_code": "990121100301", "name": "云脚村"}, {"region_code": "990121100302", "name": "石门村"},
                        {"region_code": "990121100301", "name": "云角村"}]})",
       {"villages[0]", "villages[2]"}},
      {"a village in the same words",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}, {"region_code": "990121100301", "name": "云脚村"},
                        {"region_code": "990121100301", "name": "云脚村"}]})",
       {"villages[1]", "villages[2]"}},
      {"a village with an id and without",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}, {"region_code": "990121100301", "name": "云脚村"},
                        {"id": ")" +
           visitor + R"(", "region_code": "990121100301", "name": "云角村"}]})",
       {"villages[1]", "villages[2]"}},
      {"a code in two lists of the file",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}],
           "codes": [{"list": "appeal_categories", "code": "市政/路灯", "label_zh": "路灯"}],
           "categories": [{"list": "appeal_categories", "code": "市政/路灯", "label_zh": "路灯照明"}]})",
       {"codes[0]", "categories[0]"}},
      {"a studio's code",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}],
           "studios": [{"studio_code": "990121-S08", "name": "甲", "region_code": "990121"},
                       {"id": ")" +
           visitor + R"(", "studio_code": "990121-S08", "name": "乙", "region_code": "990121"}]})",
       {"studios[0]", "studios[1]"}},
      {"a member",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}],
           "members": [{"id": ")" +
           visitor + R"(", "name": "甲", "person_kind": "member", "studios": ["990121-S01"]},
                       {"id": ")" +
           visitor + R"(", "name": "乙", "person_kind": "member", "studios": ["990121-S02"]}]})",
       {"members[0]", "members[1]"}},
      {"an org unit",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}],
           "org_units": [{"org_code": "990125", "name": "甲县", "level": "county", "region_code": "990125", "parent": "990100"},
                         {"org_code": "990125", "name": "乙县", "level": "county", "region_code": "990125", "parent": "990100"}]})",
       {"org_units[0]", "org_units[1]"}},
      {"one id for two kinds",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}],
           "members": [{"id": ")" +
           visitor + R"(", "name": "甲", "person_kind": "member"}],
           "medicine_items": [{"id": ")" +
           visitor + R"(", "generic_name": "阿莫西林"}]})",
       {"members[0]", "medicine_items[0]"}},
      {"a grant with another clearance",
       R"({"villages": [{"region_code": "990121100302", "name": "石门村"}], "grants": [
           {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "clinic_doctor", "studio": "990121-S02"},
           {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "clinic_doctor", "clearance": "health",
            "studio": "44fbde2e-e5b0-4353-b1df-185b7abfb9a4"}]})",
       {"grants[0]", "grants[1]"}}};
  for (const auto& each : cases) {
    CAPTURE(each.what);
    TestServer server;
    const Imported imported = must(server.import(each.file));
    CHECK(imported.added == 1);  // 石门村, which stands there once
    CHECK(imported.edited == 0);
    CHECK(imported.grants == 0);
    REQUIRE(imported.refused.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      CAPTURE(imported.refused[i]);
      const std::string place = imported.refused[i].substr(0, imported.refused[i].find(':'));
      const std::string other = each.places[place == each.places[0] ? 1 : 0];
      CHECK((place == each.places[0] || place == each.places[1]));
      CHECK(imported.refused[i].find("the same as " + other + ";") != std::string::npos);
    }
    const Imported again = must(server.import(each.file));
    CHECK(again.added == 0);
    CHECK(again.unchanged == 1);
    CHECK(again.refused == imported.refused);
  }
}

TEST_CASE("a right for two spans of time is two rights and no slip") {
  TestServer server;
  const Imported imported = must(server.import(R"({"grants": [
    {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "clinic_doctor", "studio": "990121-S02", "to_ms": 1000},
    {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "clinic_doctor", "studio": "990121-S02", "from_ms": 2000}]})"));
  CHECK(imported.refused.empty());
  CHECK(imported.grants == 2);
}

TEST_CASE("codes that a spreadsheet has spoilt are refused with what happened to them") {
  TestServer server;
  const std::pair<const char*, const char*> cases[] = {
      {R"({"region_code": 990121100302, "name": "数字村"})", "region_code is a number"},
      {R"({"region_code": 9.90121E+11, "name": "缩写村"})", "has shortened"},
      {R"({"region_code": "9.90121E+11", "name": "缩写村"})", "has shortened"},
      {R"({"region_code": " 990121100302", "name": "空格村"})", "has blanks"},
      {R"({"region_code": "990121100302　", "name": "空格村"})", "has blanks"},
      {R"({"region_code": "９９０１２１１００３０２", "name": "全角村"})", "full-width"},
      {R"({"region_code": "990121100302", "name": 302})", "name is a number"}};
  for (const auto& [item, why] : cases) {
    CAPTURE(item);
    const Imported imported = must(server.import(R"({"villages": [)" + std::string(item) + "]}"));
    CHECK(imported.added == 0);
    REQUIRE(imported.refused.size() == 1);
    CAPTURE(imported.refused[0]);
    CHECK(imported.refused[0].find(why) != std::string::npos);
  }
}

TEST_CASE("a name that may have lost a character is taken and told of") {
  TestServer server;
  const Imported imported = must(server.import(R"({"villages": [
    {"region_code": "990121100302", "name": "大青?村"}, {"region_code": "990121100303", "name": "大\ufffd村"},
    {"region_code": "990121100304", "name": "大青村"}, {"region_code": "990121100305", "name": "What? Hall"}]})"));
  CHECK(imported.added == 4);
  CHECK(imported.doubted == std::vector<std::string>{"villages[0]: name", "villages[1]: name"});
}

TEST_CASE("another encoding than UTF-8 is named with what to do and a byte order mark is none") {
  TestServer server;
  CHECK(must(server.import("\xEF\xBB\xBF{\"villages\": [{\"region_code\": \"990121100302\", \"name\": \"石门村\"}]}"))
            .added == 1);
  const Error gbk = server.import("{\"villages\": [{\"name\": \"\xC9\xCF\xC1\xF8\"}]}").error();
  CHECK(gbk.message.find("GBK") != std::string::npos);
  CHECK(gbk.message.find("另存为 UTF-8") != std::string::npos);
  CHECK(server.import("{\"villages\": [\n{]}").error().message.find("line 2, column 2") != std::string::npos);
}

TEST_CASE("a file that is none is refused whole") {
  TestServer server;
  CHECK(server.import("[]").error().code == Errc::invalid_argument);
  CHECK(server.import("{").error().code == Errc::invalid_argument);
}

TEST_SUITE_END();
