#include "server/people/granted.h"
#include "sync/server/act.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

struct InTheCounty : TestServer {
  Moment moment = must((*this)->moments->now());

  Access at(const MemberId& member, const char* code) {
    const StudioPlace* place = moment.places->place_of_code(code);
    REQUIRE(place != nullptr);
    return moment.places->access(member, *place, now_ms);
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/people/places");

TEST_CASE("the reference studio of an org unit follows from its code") {
  CHECK(reference_studio_of("990121") == reference_studio_of("990121"));
  CHECK(reference_studio_of("990121") != reference_studio_of("990122"));
  CHECK(reference_studio_of("990121").text()[14] == '8');
}

TEST_CASE_FIXTURE(InTheCounty, "a studio stands in its township and in all above it") {
  const StudioPlace* place = moment.places->place(studio_1);
  REQUIRE(place != nullptr);
  CHECK(place->org_codes == std::vector<std::string>{"990121100", "990121", "990100", "990000"});
  CHECK(moment.places->place(studio_2)->org_codes == std::vector<std::string>{"990121", "990100", "990000"});
  CHECK(at(liaison, "990121-S01").has("township_liaison"));
  CHECK_FALSE(at(liaison, "990121-S02").any());
}

TEST_CASE_FIXTURE(InTheCounty, "whoever is granted anything reads the reference data above it and writes none") {
  const Access county = at(hao, "990121"), province = at(hao, "990000");
  CHECK(county.roles == reader_access(hao).roles);
  CHECK(county.clearance == Sensitivity::internal);
  CHECK(province.any());
  CHECK(at(coordinator, "990121").has("coordinator"));
  CHECK(at(coordinator, "990000").roles == reader_access(coordinator).roles);
  CHECK_FALSE(at(*MemberId::parse("00000000-0000-4000-8000-000000000009"), "990121").any());
  CHECK_FALSE(at(doctor, "990121100").any());
}

TEST_CASE_FIXTURE(InTheCounty, "a shared phone sees one studio and knows all who may act on it") {
  Device phone;
  phone.member = hao;
  phone.studio = studio_1;
  phone.shared = true;
  const auto granted = granted_studios(phone, *moment.places, now_ms);
  std::vector<std::string> codes;
  for (const GrantedStudio& studio : granted) codes.push_back(studio.code);
  CHECK(codes == std::vector<std::string>{"990000", "990100", "990121", "990121-S01", "990121100"});
  const GrantedStudio& own = granted[3];
  std::vector<std::string> names;
  for (const auto& holder : own.holders) names.push_back(holder.name);
  CHECK(names.size() == 2);  // the conveners: liaison and coordinator hold their grants by org unit
  CHECK(names.front() == "郝商量");
  phone.member = coordinator;  // it sees what she may see there, and she may not act on it
  const auto kept = granted_studios(phone, *moment.places, now_ms);
  REQUIRE(kept[3].code == "990121-S01");
  REQUIRE(kept[3].holders.size() == 3);
  CHECK(kept[3].holders.front().member == coordinator);
  CHECK(kept[3].holders.front().roles.empty());
  CHECK(kept[3].holders.front().clearance == at(coordinator, "990121-S01").clearance);
  phone.member = hao;
  phone.studio = studio_2;  // where its member has no grant
  CHECK_FALSE(access_on(phone, *moment.places, *moment.places->place(studio_1), now_ms).any());
}

TEST_CASE_FIXTURE(InTheCounty, "an ended grant gives nothing more but is remembered") {
  for (const KeptGrant& kept : must((*this)->grants->all())) {
    if (kept.grant.member == hao) must((*this)->grants->end(kept.id, now_ms));
  }
  (*this)->directory->note_change();
  moment = must((*this)->moments->now());
  CHECK_FALSE(at(hao, "990121-S01").any());
  CHECK_FALSE(at(hao, "990121").any());
  CHECK(moment.places->ever_granted(hao, *moment.places->place(studio_1)));
  CHECK_FALSE(moment.places->ever_granted(hao, *moment.places->place(studio_2)));
}

TEST_CASE_FIXTURE(InTheCounty, "a grant that is ended before it begins ends as it begins") {
  Grant later{hao, "convener", studio_2, {}, now_ms + 60'000, INT64_MAX, Sensitivity::personal};
  REQUIRE(must((*this)->grants->add(later)));
  const std::int64_t id = must((*this)->grants->all()).back().id;
  must((*this)->grants->end(id, now_ms));
  CHECK(must((*this)->grants->all()).back().grant.to_ms == now_ms + 60'000);
}

TEST_CASE_FIXTURE(InTheCounty, "a grant that is there already is not added twice") {
  const Grant grant{hao, "convener", studio_1, {}, 0, INT64_MAX, Sensitivity::personal};
  CHECK_FALSE(must((*this)->grants->add(grant)));
  Grant higher = grant;
  higher.clearance = Sensitivity::health;
  CHECK(must((*this)->grants->add(higher)));
  Grant nowhere = grant;
  nowhere.studio = {};
  CHECK((*this)->grants->add(nowhere).error().code == Errc::invalid_argument);
}

TEST_CASE_FIXTURE(InTheCounty, "an org unit is described in its own reference data and in no other") {
  const StudioPlace* county = moment.places->place_of_code("990121");
  REQUIRE(county != nullptr);
  Draft draft{RecordId{Bytes<16>{0x77}}, "org_unit", {}, {}, 0};
  draft.writes.push_back({{"org_code", {}, {}}, Op::put, "990100", {}, {}, {}});
  draft.writes.push_back({{"parent", {}, {}}, Op::put, "990121", {}, {}, {}});
  must(act(*(*this)->store, county->studio, moment.rules(*county), (*this)->self, std::span(&draft, 1)));
  (*this)->directory->note_change();
  moment = must((*this)->moments->now());
  REQUIRE(moment.places->org("990100") != nullptr);
  CHECK(moment.places->org("990100")->parent == "990000");
  CHECK_FALSE(at(coordinator, "990100").has("coordinator"));
}

TEST_CASE("of several that have one code the org unit is meant first, then the studio whose code it is") {
  const std::vector<OrgUnit> orgs{{"990121", "溪禾县", "county", "990121", {}},
                                  {"990122", "邻县", "county", "990122", {}}};
  const StudioInfo squatted{studio_1, "990122-S01", "同码", "990121", "990121", StudioGate::open, false};
  const StudioInfo own{studio_2, "990122-S01", "原有", "990122", "990122"};
  const StudioInfo as_org{StudioId{record_id(3).bytes}, "990122", "当作县", "990121", "990121"};
  const Places places(orgs, {squatted, own, as_org}, {}, {}, {}, {{studio_2, "990122"}});
  REQUIRE(places.places_of_code("990122-S01").size() == 2);
  CHECK(places.place_of_code("990122-S01")->studio == studio_2);
  CHECK(places.place_of_code("990122")->reference);
  CHECK(places.places_of_code("990122-S02").empty());
  CHECK(places.place_of_code("990122-S02") == nullptr);
  REQUIRE(places.place_of_owner(studio_2).has_value());
  CHECK(places.place_of_owner(studio_2)->org_codes == std::vector<std::string>{"990122"});
  CHECK_FALSE(places.place_of_owner(studio_1).has_value());
}

TEST_CASE("of several org units in one region it has the name of the one whose code it is, else of the highest") {
  const std::vector<OrgUnit> orgs{{"990100", "市政协", "city", "990100", {}},
                                  {"990105", "邻县", "county", "990100", "990100"},
                                  {"990121", "溪禾县", "county", "990120", "990100"},
                                  {"990120Z", "专委会", "committee", "990120", "990121"}};
  const Places places(orgs, {}, {}, {});
  CHECK(places.named_region("990100")->name == "市政协");
  CHECK(places.named_region("990120")->name == "溪禾县");
}

TEST_CASE_FIXTURE(InTheCounty, "a village has its name, a township and a county that of the org unit there") {
  CHECK(moment.places->named_region("990121100201")->name == "上柳湾村");
  CHECK(moment.places->named_region("990121100")->name == "柳湾镇政协联络组");
  CHECK(moment.places->named_region("990121100999") == nullptr);
  const RecordId county = moment.places->org("990121")->record;
  CHECK(moment.places->named_org(county)->name == "政协溪禾县委员会");
  CHECK(moment.places->named_org(RecordId{}) == nullptr);
  must(import(R"({"villages": [{"region_code": "990121100201", "name": "柳湾社区"}]})"));
  now_ms += Directory::age_ms_max;
  moment = must((*this)->moments->now());
  CHECK(moment.places->named_region("990121100201")->name == "柳湾社区");
}

TEST_CASE_FIXTURE(InTheCounty, "who acts for an office works on the studios beside it, under the office's own id") {
  OrgUnit county{
      "990121", "政协溪禾县委员会", "county", "990121", {}, *RecordId::parse("00000000-0000-4000-8000-000000000001")};
  OrgUnit office{"990121-JT", "县交通局", "office",
                 "990121",    "990121",   *RecordId::parse("00000000-0000-4000-8000-000000000002")};
  const MemberId clerk = *MemberId::parse("00000000-0000-4000-8000-000000000003");
  Grant grant;
  grant.member = clerk;
  grant.role = "handling_unit";
  grant.org_code = office.code;
  const StudioInfo studio{studio_1, "990121-S01", "柳湾镇区域委员工作室", "990121", "990121", {}};
  const Places places({county, office}, {studio}, {}, {grant});
  const Access access = places.access(clerk, *places.place(studio_1), now_ms);
  CHECK(access.has("handling_unit"));
  CHECK(access.units == std::vector<std::string>{office.record.text(), clerk.text()});
}

TEST_SUITE_END();
