#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

struct SharedPhone {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener"), wang = server.add_member("王青", "convener");
  TestPhone phone;

  explicit SharedPhone(const std::string& name) : phone(server, name) {
    phone.enrol(server.code_for(li, true));
    phone.sync();
    must(phone.phone->set_pin(wang.text(), "2468"));
    must(phone.phone->set_pin(li.text(), "1357"));
  }
};

}  // namespace

TEST_SUITE("client-sdk/phone/shared phone") {
  TEST_CASE("members are switched by PIN and each signs as himself") {
    SharedPhone shared("switch");
    CHECK(must(shared.phone.phone->members()).size() >= 2);
    must(shared.phone.phone->switch_member("王青", "2468"));
    const std::string record = shared.phone.make(R"({"title":"甲"})");
    CHECK(shared.phone.view(record).created_by == shared.wang.text());
    shared.phone.sync();
    CHECK(shared.phone.view(record).held.empty());
  }

  TEST_CASE("whom another process of the app switched to signs in this one too") {
    SharedPhone shared("switch-elsewhere");
    Phone other = shared.phone.open_again();
    CHECK(shared.phone.view(shared.phone.make(R"({"title":"甲"})")).created_by == shared.li.text());
    must(other.switch_member("王青", "2468"));
    CHECK(shared.phone.view(shared.phone.make(R"({"title":"乙"})")).created_by == shared.wang.text());
  }

  TEST_CASE("a wrong PIN switches nobody and five of them lock for a minute") {
    SharedPhone shared("wrong-pin");
    for (int i = 0; i < 5; ++i) {
      const auto wrong = shared.phone.phone->switch_member("王青", "0000");
      REQUIRE(!wrong);
      CHECK(wrong.problem().code == "pin_wrong");
    }
    const auto locked = shared.phone.phone->switch_member("王青", "2468");
    REQUIRE(!locked);
    CHECK(locked.problem().code == "pin_locked");
    CHECK(shared.phone.status().member == shared.li.text());
    shared.phone.clock.now_ms += 61'000;
    must(shared.phone.phone->switch_member("王青", "2468"));
  }

  TEST_CASE("a phone without a boot clock unlocks too, by the clock that it has") {
    SharedPhone shared("wrong-pin-no-boot");
    shared.phone.clock.boot = "";
    shared.phone.clock.booted_ms = shared.phone.clock.now_ms;
    for (int i = 0; i < 5; ++i) CHECK_FALSE(shared.phone.phone->switch_member("王青", "0000"));
    const auto locked = shared.phone.phone->switch_member("王青", "2468");
    REQUIRE(!locked);
    CHECK(locked.problem().code == "pin_locked");
    shared.phone.clock.now_ms += 61'000;
    shared.phone.clock.booted_ms = shared.phone.clock.now_ms;  // as it says always: none
    must(shared.phone.phone->switch_member("王青", "2468"));
  }

  TEST_CASE("of two members of one name neither is meant by it, and both are named by id") {
    SharedPhone shared("one-name");
    const MemberId first = shared.server.add_member("王秀英", "convener");
    const MemberId second = shared.server.add_member("王秀英", "member");
    shared.phone.sync();
    must(shared.phone.phone->set_pin(second.text(), "2222"));
    for (const auto& refused :
         {shared.phone.phone->set_pin("王秀英", "1234"), shared.phone.phone->switch_member("王秀英", "2222")}) {
      REQUIRE(!refused);
      CHECK(refused.problem().code == "member_unclear");
      for (const std::string& text : {refused.problem().zh, refused.problem().en}) {
        CHECK(text.find(first.text()) != std::string::npos);
        CHECK(text.find(second.text()) != std::string::npos);
      }
      CHECK(refused.problem().zh.find("召集人") != std::string::npos);
    }
    must(shared.phone.phone->switch_member(second.text(), "2222"));
    CHECK(shared.phone.status().member == second.text());
  }

  TEST_CASE("only those are offered whose work is taken there, the one it was enrolled for among them (PROTOCOL 4.7)") {
    FakeServer server;
    const MemberId wang = server.add_member("王青", "convener");
    const MemberId keeper = server.add_by_org("程协友", "coordinator");
    const MemberId supervisor = server.add_by_org("市督导", "city_supervisor");
    TestPhone phone(server, "offered");
    phone.enrol(server.code_for(keeper, true));
    phone.sync();
    must(phone.phone->set_pin(wang.text(), "2468"));
    for (const MemberId& other : {keeper, supervisor}) {
      const auto refused = phone.phone->set_pin(other.text(), "1357");
      REQUIRE(!refused);
      CHECK(refused.problem().code == "member_unknown");
    }
    must(phone.phone->switch_member("王青", "2468"));
    const std::string record = phone.make(R"({"title":"甲"})");
    phone.sync();
    CHECK(phone.view(record).held.empty());
  }

  TEST_CASE("nobody changes another's PIN") {
    SharedPhone shared("other-pin");
    const auto other = shared.phone.phone->set_pin(shared.wang.text(), "9999");
    REQUIRE(!other);
    CHECK(other.problem().code == "pin_not_yours");
    const auto brief = shared.phone.phone->set_pin(shared.li.text(), "1");
    REQUIRE(!brief);
    CHECK(brief.problem().code == "pin_too_short");
  }

  TEST_CASE("whoever was switched to while a new key was on its way stays so (PROTOCOL 6.1)") {
    SharedPhone shared("switch-rekey");
    const std::string record = shared.phone.make(R"({"title":"甲"})");
    shared.phone.sync();
    shared.phone.copy_file_to("switch-rekey-backup");
    shared.phone.edit(record, R"({"title":"乙"})");
    shared.phone.sync();
    shared.phone.take_file_from("switch-rekey-backup");
    shared.server.on_call = [&](const TransportRequest& request) {
      if (request.path == "/v1/rekey") must(shared.phone.phone->switch_member("王青", "2468"));
    };
    const std::string before = shared.phone.status().device;
    CHECK(shared.phone.sync().forked);
    CHECK(shared.phone.status().device != before);
    CHECK(shared.phone.status().member == shared.wang.text());
  }

  TEST_CASE("after five minutes a duty phone shows nothing personal, and loses nothing") {
    SharedPhone shared("lock");
    Phone& phone = *shared.phone.phone;
    const std::string record = shared.phone.make(R"({"title":"甲"})");
    Form open = must(phone.begin_edit(record));
    must(open.set("title", "乙"));
    CHECK_FALSE(must(phone.member_locked()));
    shared.phone.clock.now_ms += 5 * 60'000;
    CHECK(must(phone.member_locked()));
    const auto code = [](const auto& refused) { return refused ? std::string() : std::string(refused.problem().code); };
    CHECK(code(phone.record(record)) == "member_locked");
    CHECK(code(phone.begin_new("micro_consultation")) == "member_locked");
    CHECK(code(phone.begin_edit(record)) == "member_locked");
    CHECK(code(phone.form(open.token())) == "member_locked");
    CHECK(code(phone.drafts()) == "member_locked");
    CHECK(code(phone.inbox()) == "member_locked");
    CHECK(code(phone.remove_record(record, "不要了")) == "member_locked");
    CHECK(code(phone.resolve(record, "title", "丙")) == "member_locked");
    CHECK(code(phone.set_pin(shared.li.text(), "9999")) == "member_locked");
    CHECK(must(phone.list()).items.size() == 1);
    shared.phone.sync();
    must(open.commit());
    CHECK(must(phone.member_locked()));  // whoever saved what lay open need not be he
    CHECK(code(phone.unlock_member("0000")) == "pin_wrong");
    must(phone.unlock_member("1357"));
    CHECK(shared.phone.shown(record, "title") == "乙");
  }

  TEST_CASE("use keeps a duty phone open, a new start and lock_member() close it") {
    SharedPhone shared("lock-use");
    Phone& phone = *shared.phone.phone;
    for (int i = 0; i < 4; ++i) {
      shared.phone.clock.now_ms += 4 * 60'000;
      shared.phone.make(R"({"title":"甲"})");
    }
    CHECK_FALSE(must(phone.member_locked()));
    must(phone.lock_member());
    CHECK(must(phone.member_locked()));
    must(phone.switch_member("王青", "2468"));
    CHECK_FALSE(must(phone.member_locked()));
    shared.phone.clock.boot = "another boot";
    CHECK(must(phone.member_locked()));
    must(phone.unlock_member("2468"));
    CHECK_FALSE(must(phone.member_locked()));
  }

  TEST_CASE("wrong PINs at the lock are counted with the others, and destroy nothing") {
    SharedPhone shared("lock-wrong");
    Phone& phone = *shared.phone.phone;
    const std::string record = shared.phone.make(R"({"title":"甲"})");
    must(phone.lock_member());
    for (int i = 0; i < 5; ++i) CHECK(phone.unlock_member("0000").problem().code == "pin_wrong");
    CHECK(phone.unlock_member("1357").problem().code == "pin_locked");
    shared.phone.clock.now_ms += 61'000;
    CHECK(phone.unlock_member("0000").problem().code == "pin_wrong");  // and again it waits
    CHECK(phone.unlock_member("1357").problem().code == "pin_locked");
    shared.phone.clock.now_ms += 61'000;
    must(phone.unlock_member("1357"));
    CHECK(shared.phone.shown(record, "title") == "甲");
  }

  TEST_CASE("whoever finds a duty phone locked gets in by no PIN that he sets for a member who has none") {
    FakeServer server;
    const MemberId li = server.add_member("李红", "convener");
    server.add_member("王青", "convener");
    TestPhone phone(server, "lock-other");
    phone.enrol(server.code_for(li, true));
    phone.sync();
    must(phone.phone->set_pin(li.text(), "1357"));
    must(phone.phone->lock_member());
    CHECK(phone.phone->set_pin("王青", "2468").problem().code == "member_locked");
  }

  TEST_CASE("a phone of one member's own is not switched") {
    TwoPhones phones("own-phone");
    const auto other = phones.a.phone->switch_member(phones.wang.text(), "1234");
    REQUIRE(!other);
    CHECK(other.problem().code == "member_unknown");
    CHECK(phones.a.phone->lock_member().problem().code == "not_shared");
    CHECK(phones.a.phone->unlock_member("1234").problem().code == "not_shared");
    phones.a.clock.now_ms += 3'600'000;
    CHECK_FALSE(must(phones.a.phone->member_locked()));
  }
}

}  // namespace lianxin::client
