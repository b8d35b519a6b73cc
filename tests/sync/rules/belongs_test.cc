#include "sync/rules/belongs.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// A province over a city over two counties, and a township under the first.
struct Land final : OrgUnits {
  std::map<std::string, std::string, std::less<>> parents{
      {"99", ""}, {"9901", "99"}, {"990121", "9901"}, {"990221", "9901"}, {"990121100", "990121"}};

  bool is_org_unit(std::string_view code) const override { return parents.contains(code); }
  std::vector<std::string> chain_of(std::string_view code) const override {
    std::vector<std::string> chain;
    for (std::string at(code); !at.empty(); at = parents.contains(at) ? parents.at(at) : std::string()) {
      chain.push_back(at);
    }
    return chain;
  }
};

// Changes of the reference data of 990121, said by somebody.
struct Registry {
  Land land;
  StudioPlace place{numbered<StudioId>(1), "990121", {"990121", "9901", "99"}, true};
  std::vector<Grant> grants;
  std::map<ReferenceName, std::string> owners;
  Row row;

  Registry() {
    grant(1, "990121");
    grant(2, "990221");
    grant(3, "9901");
  }
  void grant(std::uint8_t member, const char* org) {
    grants.push_back({numbered<MemberId>(member), "coordinator", {}, org, 0, INT64_MAX, Sensitivity::internal});
  }
  static Change change(const char* kind, std::uint8_t record, std::vector<Write> writes) {
    Change made;
    made.kind = kind;
    made.record = numbered<RecordId>(record);
    made.record.bytes[6] = 0x40;
    made.writes = std::move(writes);
    return made;
  }
  // "" where it is believed, else the address; "-" where that is none.
  std::string said_by(std::uint8_t member, const Change& change, bool releases = false, bool shared = false) {
    const BelongingRules rules{place, grants, &land, [&](const ReferenceName& name) {
                                 const auto found = owners.find(name);
                                 return found == owners.end() ? std::string() : found->second;
                               }};
    const auto refusal =
        judge_belonging(rules, row, change, {numbered<MemberId>(member), 1000, false, shared, releases});
    if (!refusal) return "";
    CHECK(refusal->code == "belongs_elsewhere");
    return refusal->field.empty() ? "-" : refusal->field;
  }
};

TEST_SUITE("sync/rules/belongs") {
  TEST_CASE("what is another's is said by none but a coordinator of both who releases it (PROTOCOL 4.8)") {
    Registry registry;
    const Change change = Registry::change("studio", 7, {put("name", "a"), put("studio_code", "990121-S01")});
    CHECK(registry.said_by(1, change).empty());
    registry.owners[{"studio", change.record.text()}] = "990221";
    CHECK(registry.said_by(1, change) == "-");
    CHECK(registry.said_by(3, change) == "-");
    CHECK(registry.said_by(1, change, true) == "-");
    CHECK(registry.said_by(2, change, true).empty());
    CHECK(registry.said_by(3, change, true).empty());
    CHECK(registry.said_by(3, change, true, true) == "-");
    registry.owners[{"studio_code", "990121-S01"}] = "990121";
    registry.owners[{"studio", change.record.text()}] = "990121";
    CHECK(registry.said_by(1, change).empty());
  }
  TEST_CASE("a code that is named for another org unit, or is one's, is taken by nobody ahead") {
    Registry registry;
    const auto code = [&](const char* kind, const char* field, const char* text) {
      return registry.said_by(1, Registry::change(kind, 7, {put(field, text)}));
    };
    CHECK(code("studio", "studio_code", "990221-S09") == "studio_code");
    CHECK(code("studio", "studio_code", "990221") == "studio_code");
    CHECK(code("studio", "studio_code", "990121") == "studio_code");
    CHECK(code("studio", "studio_code", "990121-S09").empty());
    CHECK(code("studio", "studio_code", "990121100-L01").empty());
    CHECK(code("studio", "studio_code", "9901-L01").empty());
    CHECK(code("studio", "studio_code", "X-1").empty());
    CHECK(code("village", "region_code", "990221100201") == "region_code");
    CHECK(code("village", "region_code", "990121100201").empty());
    CHECK(code("village", "region_code", "9901") == "region_code");
    CHECK(code("village", "region_code", "990121100").empty());
    CHECK(code("org_unit", "region_code", "990221100") == "region_code");
    CHECK(code("org_unit", "region_code", "990121").empty());
    CHECK(code("medicine_item", "item_code", "990221").empty());
  }
  TEST_CASE("an id that the server makes of a code is no phone's to take ahead") {
    Registry registry;
    Change change = Registry::change("studio", 7, {put("name", "a")});
    change.record.bytes[6] = 0x80;
    CHECK(registry.said_by(1, change) == "-");
    registry.owners[{"studio", change.record.text()}] = "990121";
    CHECK(registry.said_by(1, change).empty());
  }
  TEST_CASE("where an org unit stands is said by those above it and above where it comes") {
    Registry registry;
    const auto said = [&](std::uint8_t member, std::vector<Write> writes) {
      writes.push_back(put("org_code", "990121"));
      return registry.said_by(member, Registry::change("org_unit", 7, std::move(writes)));
    };
    CHECK(said(1, {put("parent", "990221")}) == "parent");
    CHECK(said(1, {put("level", "province")}) == "level");
    CHECK(said(1, {}) == "org_code");
    CHECK(said(3, {put("parent", "990221")}).empty());
    CHECK(said(3, {put("level", "city")}).empty());
    CHECK(said(3, {put("parent", "99")}) == "parent");
    CHECK(said(3, {put("parent", Value())}) == "parent");
    // A coordinator of where it comes is none of where it is.
    CHECK(said(2, {put("parent", "990221")}) == "parent");
    registry.place.org_codes = {"990121"};  // at the top: it comes under whoever is above where it comes
    CHECK(said(2, {put("parent", "990221")}).empty());
    CHECK(said(3, {put("level", "city")}) == "level");
    CHECK(said(1, {put("parent", "990121100")}) == "parent");
    CHECK(registry.said_by(1, Registry::change("org_unit", 8, {put("org_code", "990221")})) == "org_code");
    CHECK(
        registry.said_by(1, Registry::change("org_unit", 8, {put("org_code", "ZW"), put("parent", "990221")})).empty());
  }
  TEST_CASE("a decision of a held change names nothing, and no studio's own data is asked") {
    Registry registry;
    const Change change = Registry::change("studio", 7, {put("_held/01010101010101010101010101010101", "dismiss")});
    registry.owners[{"studio", change.record.text()}] = "990221";
    CHECK(registry.said_by(1, change).empty());
    registry.place.reference = false;
    CHECK(registry.said_by(1, Registry::change("studio", 7, {put("name", "a")})).empty());
  }
}

}  // namespace
}  // namespace lianxin
