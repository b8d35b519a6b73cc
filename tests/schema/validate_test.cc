#include "schema/validate.h"

#include <doctest/doctest.h>

#include "schema/refusals.h"
#include "schema/warnings.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

// What a field of this JSON (without name and labels) says to a value: a code, or "" for nothing.
std::string said(const std::string& keys, const Value& value) {
  const Catalog catalog = catalog_with(R"({"name":"a","zh":"a","en":"a",)" + keys + "}");
  const auto refusal = check_value(catalog, *catalog.field("visit", "a"), value);
  if (refusal) CHECK(refusal->field == "a");
  return refusal ? refusal->code : std::string();
}

const char* uuid = "019e1ba5-a0e0-73f8-ad93-3ff81a2882c1";

Value::Object place(Value lat, Value lon, const char* system) {
  return {{"lat", std::move(lat)}, {"lon", std::move(lon)}, {"coord_sys", system}};
}

TEST_SUITE("schema/validate") {
  TEST_CASE("null empties a register of any type") {
    for (const char* type : {"text", "long_text", "integer", "decimal", "money", "boolean", "date", "time", "region",
                             "id", "geo", "object", "any"}) {
      CAPTURE(type);
      CHECK(said(R"("type":")" + std::string(type) + '"', Value()).empty());
    }
  }

  TEST_CASE("a text is one line of at most so many characters") {
    const std::string keys = R"("type":"text","length_max":4)";
    CHECK(said(keys, "彩石路口").empty());
    CHECK(said(keys, "彩石路口南") == refusals::value_too_long);
    CHECK(said(keys, "彩\n石") == refusals::value_type);
    CHECK(said(keys, 7) == refusals::value_type);
    CHECK(said(keys, "\xff") == refusals::value_type);
  }

  TEST_CASE("a long text has lines and no control characters and an end") {
    CHECK(said(R"("type":"long_text")", "一\n二\t三").empty());
    CHECK(said(R"("type":"long_text")", std::string("a\0b", 3)) == refusals::value_type);
    CHECK(said(R"("type":"long_text")", std::string(field_text_bytes_max, 'a')).empty());
    CHECK(said(R"("type":"long_text")", std::string(field_text_bytes_max + 1, 'a')) == refusals::value_too_long);
  }

  TEST_CASE("whole numbers keep to their bounds") {
    const std::string keys = R"("type":"integer","min":40,"max":300)";
    CHECK(said(keys, 40).empty());
    CHECK(said(keys, 300).empty());
    CHECK(said(keys, 39) == refusals::value_range);
    CHECK(said(keys, 301) == refusals::value_range);
    CHECK(said(keys, "120") == refusals::value_type);
  }

  TEST_CASE("money is whole fen and not below zero") {
    CHECK(said(R"("type":"money")", 50000).empty());
    CHECK(said(R"("type":"money")", -1) == refusals::value_range);
    CHECK(said(R"("type":"money","min":-100)", -1).empty());
    CHECK(said(R"("type":"money")", "12.50") == refusals::value_type);
  }

  TEST_CASE("a decimal is a text of digits with so many places") {
    const std::string keys = R"("type":"decimal","decimals":1,"min":1,"max":40)";
    for (const char* good : {"1", "6.1", "40", "40.0"}) CHECK(said(keys, good).empty());
    for (const char* bad : {"", ".", "6.", ".5", "6.11", "1e1", " 6", "+6", "--6", "1234567890"}) {
      CAPTURE(bad);
      CHECK(said(keys, bad) == refusals::value_type);
    }
    CHECK(said(keys, "40.1") == refusals::value_range);
    CHECK(said(keys, "0.9") == refusals::value_range);
    CHECK(said(keys, "-6.1") == refusals::value_range);
    CHECK(said(keys, 7).empty());
    CHECK(said(keys, Value(INT64_MAX)) == refusals::value_type);
  }

  TEST_CASE("days and times are those of the calendar and the clock") {
    CHECK(said(R"("type":"date")", "2024-02-29").empty());
    for (const char* bad : {"2026-02-29", "2026-2-3", "20260203", "2026-13-01", ""}) {
      CAPTURE(bad);
      CHECK(said(R"("type":"date")", bad) == refusals::value_type);
    }
    CHECK(said(R"("type":"time")", "23:59").empty());
    CHECK(said(R"("type":"time")", "24:00") == refusals::value_type);
    CHECK(said(R"("type":"time")", "9:00") == refusals::value_type);
  }

  TEST_CASE("a code is one of its list unless the list is open") {
    CHECK(said(R"("type":"code","code_list":"colours")", "red").empty());
    CHECK(said(R"("type":"code","code_list":"colours")", "green") == refusals::code_unknown);
    CHECK(said(R"("type":"code","code_list":"colours")", 1) == refusals::value_type);
    CHECK(said(R"("type":"code","code_list":"fruits")", "杏").empty());
    CHECK(said(R"("type":"code","code_list":"fruits")", "") == refusals::code_unknown);
  }

  TEST_CASE("a code that an open list does not have is named, wherever it is written") {
    const Catalog catalog = catalog_with(R"(
        {"name":"a","zh":"a","en":"a","type":"code","code_list":"fruits"},
        {"name":"closed","zh":"a","en":"a","type":"code","code_list":"colours"},
        {"name":"set","zh":"a","en":"a","merge":"set","element_kind":"code","code_list":"fruits",
         "attributes":[{"name":"side","type":"code","code_list":"fruits","zh":"a","en":"a"}]},
        {"name":"text","zh":"a","en":"a"})");
    const Kind& kind = catalog.kinds.at("visit");
    const auto unlisted = [&](std::string_view address, const Value& value) {
      const auto found = unlisted_code(catalog, kind, address, value);
      return found ? found->list + " " + found->code : "";
    };
    CHECK(unlisted("a", "杏") == "fruits 杏");
    CHECK(unlisted("set/杏", Value()) == "fruits 杏");
    CHECK(unlisted("set/杏/side", "李") == "fruits 李");
    CHECK(unlisted("set/杏/other", "李").empty());
    for (const char* address : {"closed", "text", "nothing", "text/杏", "text/杏/side"})
      CHECK(unlisted(address, "杏").empty());
    for (const Value& none : {Value(), Value(""), Value(1)}) CHECK(unlisted("a", none).empty());
  }

  TEST_CASE("regions have six or nine or twelve digits") {
    for (const char* good : {"990121", "990121100", "990121100201"}) CHECK(said(R"("type":"region")", good).empty());
    for (const char* bad : {"99012", "99012110020", "99012a"})
      CHECK(said(R"("type":"region")", bad) == refusals::value_type);
  }

  TEST_CASE("ids are UUIDs and yes is no text") {
    CHECK(said(R"("type":"id")", uuid).empty());
    CHECK(said(R"("type":"id")", "MC-01") == refusals::value_type);
    CHECK(said(R"("type":"boolean")", true).empty());
    CHECK(said(R"("type":"boolean")", "true") == refusals::value_type);
    CHECK(said(R"("type":"object")", Value::Object{}).empty());
    CHECK(said(R"("type":"object")", Value::List{}) == refusals::value_type);
  }

  TEST_CASE("a point says its coordinate system and lies on the earth") {
    const std::string keys = R"("type":"geo")";
    CHECK(said(keys, place("36.1", "112.8", "WGS84")).empty());
    CHECK(said(keys, place(36, 112, "GCJ02")).empty());
    CHECK(said(keys, place("36.1", "112.8", "BD09")) == refusals::value_type);
    CHECK(said(keys, place("96.1", "112.8", "WGS84")) == refusals::value_range);
    CHECK(said(keys, place("36.1", Value(), "WGS84")) == refusals::value_type);
    CHECK(said(keys, "36.1,112.8") == refusals::value_type);
  }

  TEST_CASE("the key of an element is what its set names") {
    const Catalog& catalog = shipped_catalog();
    const auto code_of = [&](const char* kind, const char* field, std::string_view key) {
      const auto refusal = check_element(catalog, *catalog.field(kind, field), key);
      return refusal ? refusal->code : std::string();
    };
    CHECK(code_of("micro_consultation", "agreed_actions", uuid).empty());
    CHECK(code_of("micro_consultation", "agreed_actions", "first") == refusals::element_key);
    CHECK(code_of("micro_consultation", "participants", uuid).empty());
    CHECK(code_of("micro_consultation", "participants", "郝商量").empty());
    CHECK(code_of("micro_consultation", "participants", "") == refusals::element_key);
    CHECK(code_of("micro_consultation", "participants", "a/b") == refusals::element_key);
    CHECK(code_of("micro_consultation", "participants", std::string(201, 'a')) == refusals::element_key);
    CHECK(code_of("clinic_visit", "checks_count", "bp").empty());
    CHECK(code_of("household", "household_tags", "豪宅") == refusals::code_unknown);
    CHECK(check_element(catalog, *catalog.field("household", "household_tags"), "豪宅")->field ==
          "household_tags/豪宅");
  }

  TEST_CASE("an attribute keeps to its type and one that is not named is kept") {
    const Catalog& catalog = shipped_catalog();
    const Field& gifts = *catalog.field("outreach_visit", "gifts");
    CHECK_FALSE(check_attribute(catalog, gifts, "value_fen", 50000));
    CHECK(check_attribute(catalog, gifts, "value_fen", -1)->code == refusals::value_range);
    CHECK(check_attribute(catalog, gifts, "qty", "two")->code == refusals::value_type);
    CHECK_FALSE(check_attribute(catalog, gifts, "wrapping", Value::List{1, 2}));
  }

  TEST_CASE("an entry is named parts of the right type") {
    const Catalog& catalog = shipped_catalog();
    const Field& readings = *catalog.field("clinic_encounter", "bp_readings");
    CHECK_FALSE(check_entry(catalog, readings, Value::Object{{"sbp_mmhg", 158}, {"dbp_mmhg", 96}, {"at", "09:12"}}));
    CHECK(check_entry(catalog, readings, Value::Object{{"sbp_mmhg", 900}})->code == refusals::value_range);
    CHECK(check_entry(catalog, readings, "158/96")->code == refusals::value_type);
    CHECK(check_entry(catalog, readings, Value())->code == refusals::value_type);
  }

  TEST_CASE("a record lacks what is required always or at what another field shows") {
    const Catalog catalog = catalog_with(
        R"({"name":"title","zh":"a","en":"a","required":true},
           {"name":"minor","zh":"a","en":"a","type":"boolean"},
           {"name":"guardian","zh":"a","en":"a","required":{"when":"minor","in":["true"]}},
           {"name":"people","zh":"a","en":"a","merge":"set","element_kind":"text","required":true})");
    const Kind& kind = *catalog.kind("visit");
    CHECK(missing_fields(kind, {}) == std::vector<std::string>{"title", "people"});
    CHECK(missing_fields(kind, {{"title", ""}, {"minor", true}, {"people", Value::List{}}}) ==
          std::vector<std::string>{"title", "guardian", "people"});
    for (const char* blank : {" ", "　", "\n\t", "\u200B"}) {
      CHECK(missing_fields(kind, {{"title", blank}, {"people", Value::List{"a"}}}) ==
            std::vector<std::string>{"title"});
    }
    CHECK(missing_fields(kind, {{"title", "x"}, {"minor", false}, {"people", Value::List{"a"}}}).empty());
  }
}

}  // namespace
}  // namespace lianxin
