// In which studio a new record begins, and what a person is told where it cannot.
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

struct Convener {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener");
  TestPhone phone{server, "studio-choice"};

  Convener() { phone.enrol(server.code_for(li)); }
  void grant(const StudioId& studio, const std::string& role) { server.grant(li, studio, role, Sensitivity::personal); }
  Problem refused(const std::string& kind, const std::string& studio = {}) {
    const auto form = phone.phone->begin_new(kind, studio);
    REQUIRE_FALSE(form.ok());
    return form.problem();
  }
  std::string studio_of(const std::string& record) { return phone.view(record).studio; }
};

}  // namespace

TEST_SUITE("client-sdk/phone/studio choice") {
  TEST_CASE("a second studio changes nothing: without one named it is the studio of the enrolment") {
    Convener one;
    one.grant(one.server.second_studio, "convener");
    one.grant(one.server.add_studio(), "convener");
    one.phone.sync();
    CHECK(one.studio_of(one.phone.make(R"({"title":"甲"})")) == one.server.studio.text());
    Form form = must(one.phone.phone->begin_new("micro_consultation", "990121-S02"));
    must(form.set("title", "乙"));
    CHECK(one.studio_of(must(form.commit()).record) != one.server.studio.text());
  }

  TEST_CASE("where that of the enrolment does not fit the only other one does, and of several each is named") {
    Convener one;
    one.grant(one.server.second_studio, "clinic_doctor");
    one.phone.sync();
    Form form = must(one.phone.phone->begin_new("clinic_encounter"));
    CHECK(must(form.as_opened()).studio == one.server.second_studio.text());
    one.grant(one.server.add_studio(), "clinic_doctor");
    one.phone.sync();
    const Problem unclear = one.refused("clinic_encounter");
    CHECK(unclear.code == "studio_unclear");
    CHECK(unclear.kind == ProblemKind::usage);
    for (const std::string& text : {unclear.zh, unclear.en}) {
      CHECK(text.find("990121-S02 红石 990121-S02") != std::string::npos);
      CHECK(text.find("990121-S01") == std::string::npos);
    }
  }

  TEST_CASE("a kind that is not the member's is said to be whose it is, whether a studio is named or not") {
    Convener one;
    one.phone.sync();
    for (const char* studio : {"", "990121-S01"}) {
      const Problem refused = one.refused("clinic_encounter", studio);
      CHECK(refused.code == "kind_not_yours");
      CHECK(refused.kind == ProblemKind::refused);
      CHECK(refused.zh.find("义诊医生") != std::string::npos);
      CHECK(refused.en.find("clinic doctor") != std::string::npos);
    }
    const Problem studio = one.refused("studio");
    CHECK(studio.code == "kind_not_yours");
    CHECK(studio.zh.find("协调员") != std::string::npos);
    CHECK(studio.zh.find("服务器") == std::string::npos);  // writes them too, and is nobody to turn to
  }

  TEST_CASE("a studio that is named and does not fit is not taken, and those that fit are named") {
    Convener one;
    one.grant(one.server.second_studio, "clinic_doctor");
    one.phone.sync();
    const Problem refused = one.refused("clinic_encounter", "990121-S01");
    CHECK(refused.code == "studio_unclear");
    CHECK(refused.zh.find("990121-S02") != std::string::npos);
    CHECK(one.refused("clinic_encounter", "990121-S77").code == "studio_unknown");
  }
}

}  // namespace lianxin::client
