#include "server/auth/granted.h"
#include "tests/server/test_server.h"

using namespace lianxin;
using namespace lianxin::server_test;

namespace {

struct InTheCounty : TestServer {
  Moment moment = must((*this)->moment());

  Access at(const MemberId& member, const char* code) {
    const StudioPlace* place = moment.places->place_of_code(code);
    REQUIRE(place != nullptr);
    return moment.places->access(member, *place, now_ms);
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/auth/places");

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
  CHECK(county.roles == std::vector<std::string>{std::string(reader_role)});
  CHECK(county.clearance == Sensitivity::internal);
  CHECK(province.any());
  CHECK(at(coordinator, "990121").has("coordinator"));
  CHECK(at(coordinator, "990000").roles == std::vector<std::string>{std::string(reader_role)});
  CHECK_FALSE(at(*MemberId::parse("00000000-0000-4000-8000-000000000009"), "990121").any());
  CHECK_FALSE(at(doctor, "990121100").any());
}

TEST_CASE_FIXTURE(InTheCounty, "a shared phone sees one studio and knows all who may use it") {
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
  CHECK(names.size() == 4);  // two conveners, the liaison, the coordinator
  CHECK(names.front() == "郝商量");
  phone.studio = studio_2;  // where its member has no grant
  CHECK_FALSE(access_on(phone, *moment.places, *moment.places->place(studio_1), now_ms).any());
}

TEST_CASE_FIXTURE(InTheCounty, "an ended grant gives nothing more but is remembered") {
  for (const KeptGrant& kept : must((*this)->grants().all())) {
    if (kept.grant.member == hao) must((*this)->grants().end(kept.id, now_ms));
  }
  (*this)->directory().note_change();
  moment = must((*this)->moment());
  CHECK_FALSE(at(hao, "990121-S01").any());
  CHECK_FALSE(at(hao, "990121").any());
  CHECK(moment.places->ever_granted(hao, *moment.places->place(studio_1)));
  CHECK_FALSE(moment.places->ever_granted(hao, *moment.places->place(studio_2)));
}

TEST_CASE_FIXTURE(InTheCounty, "a grant that is there already is not added twice") {
  const Grant grant{hao, "convener", studio_1, {}, 0, INT64_MAX, Sensitivity::personal};
  CHECK_FALSE(must((*this)->grants().add(grant)));
  Grant higher = grant;
  higher.clearance = Sensitivity::health;
  CHECK(must((*this)->grants().add(higher)));
  Grant nowhere = grant;
  nowhere.studio = {};
  CHECK((*this)->grants().add(nowhere).error().code == Errc::invalid_argument);
}

TEST_SUITE_END();
