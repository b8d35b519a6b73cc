// What a consent withholds leaves the phones that show it (PROTOCOL 3.13).
#include "sync/model/relation.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr const char* name = "Zhangsanfeng";

struct Withdrawing : TwoPhones {
  explicit Withdrawing(const std::string& called) : TwoPhones(called) {
    person = a.make(R"({"name":"Zhangsanfeng","contact_phone":"13900001111"})", "resident");
    consent = a.make(R"({"resident_id":")" + person + R"(","scope":"record_keeping","method":"signature_image",)" +
                         R"("state":"given","given_on":"2027-01-10"})",
                     "consent");
    a.sync();
    b.sync();
  }
  void withdraw() {
    b.edit(consent, R"({"state":"withdrawn","withdrawn_at":"2027-01-12"})");
    b.sync();
    a.sync();
    b.sync();
  }

  std::string person, consent;
};

TEST_SUITE("client-sdk/session/withheld") {
  TEST_CASE("the phone that wrote it and the phone that read it show nothing of it after their next sync") {
    Withdrawing story("withheld");
    CHECK(story.b.shown(story.person, "name") == name);
    CHECK(must(story.a.phone->find(name, 10)).size() == 1);
    story.withdraw();
    CHECK(is_withheld(story.server.row(story.person)));
    for (TestPhone* phone : {&story.a, &story.b}) {
      CHECK(phone->shown(story.person, "name").empty());
      CHECK(phone->shown(story.person, "contact_phone").empty());
      CHECK(must(phone->phone->find(name, 10)).empty());
      CHECK(phone->shown(story.consent, "state") == "withdrawn");
      CHECK(phone->status().waiting == 0);
      CHECK(phone->sync().round_trips == 1);  // its rows sum to what the server says
    }
  }

  TEST_CASE("what is entered again where it is withheld is refused, and the record itself can be deleted") {
    Withdrawing story("withheld-again");
    story.withdraw();
    Form open = must(story.a.phone->begin_edit(story.person));
    must(open.set("name", "Zhangsanfeng"));
    const Expected<Saved> saved = open.commit();
    REQUIRE_FALSE(saved.ok());
    REQUIRE(saved.problem().wrong.size() == 1);
    CHECK(saved.problem().wrong.front().code == "withheld");
  }

  TEST_CASE("what is given again comes back, also to its author") {
    Withdrawing story("withheld-given");
    story.withdraw();
    story.b.edit(story.consent, R"({"state":"given"})");
    story.b.sync();
    story.a.sync();
    story.b.sync();
    CHECK(story.a.shown(story.person, "name") == name);
    CHECK(story.b.shown(story.person, "contact_phone") == "13900001111");
    CHECK(story.a.sync().round_trips == 1);
  }

  TEST_CASE("a server that was put back to before the withdrawal withholds again once it hears of it") {
    Withdrawing story("withheld-restored");
    const std::string before = story.server.backup();
    story.withdraw();
    story.server.restore(before);
    CHECK_FALSE(is_withheld(story.server.row(story.person)));
    story.a.sync();
    story.b.sync();
    story.a.sync();
    CHECK(is_withheld(story.server.row(story.person)));
    CHECK(story.a.shown(story.person, "name").empty());
    CHECK(story.b.shown(story.person, "name").empty());
  }
}

}  // namespace
}  // namespace lianxin::client
