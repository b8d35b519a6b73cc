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

TEST_CASE("a file that is none is refused whole") {
  TestServer server;
  CHECK(server.import("[]").error().code == Errc::invalid_argument);
  CHECK(server.import("{").error().code == Errc::invalid_argument);
}

TEST_SUITE_END();
