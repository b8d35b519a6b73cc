// What the office erased leaves the phones (PROTOCOL 4.10).
#include <filesystem>

#include "sync/server/erase.h"
#include "tests/client-sdk/phone_fixture.h"
#include "tests/support/file_bytes.h"

namespace lianxin::client {
namespace {

constexpr const char* name = "Zhangsanfeng";
constexpr const char* telephone = "13900001111";

// All that its file says, to whoever has its key.
std::string all_of(TestPhone& phone) {
  phone.make_plain();
  return test::bytes_of(phone.path) + test::bytes_of(phone.path + "-wal");
}

struct Forgetting : TwoPhones {
  explicit Forgetting(const std::string& called) : TwoPhones(called) {
    server.grant(server.desk_device().member, server.studio, "privacy_officer", Sensitivity::internal);
    record = a.make(R"({"name":"Zhangsanfeng","contact_phone":"13900001111"})", "resident");
    a.sync();
    b.sync();
  }

  void erase() {
    const Result<ErasingDone> done = lianxin::erase(server.store(), server.studio, server.rules(server.studio),
                                                    server.desk_device(), {*RecordId::parse(record), {}, "本人申请"});
    REQUIRE(done);
    REQUIRE(done->refused.empty());
    CHECK(done->changes > 0);
  }

  std::string record;
};

TEST_SUITE("client-sdk/session/erased") {
  TEST_CASE("the phone that wrote it and the phone that read it hold no word of it after their next sync") {
    Forgetting forgetting("erased");
    CHECK(forgetting.b.shown(forgetting.record, "name") == name);
    Form open = must(forgetting.b.phone->begin_edit(forgetting.record));
    must(open.set("sex_code", "2"));
    forgetting.erase();
    forgetting.a.sync();
    forgetting.b.sync();
    CHECK(forgetting.a.shown(forgetting.record, "name").empty());
    CHECK(forgetting.b.shown(forgetting.record, "contact_phone").empty());
    CHECK(must(forgetting.a.phone->find(name, 10)).empty());
    CHECK(forgetting.a.sync().round_trips == 1);
    CHECK(forgetting.a.status().waiting == 0);
    // What was typed into an open form is still there, and goes its way.
    must(open.commit());
    forgetting.b.sync();
    CHECK(forgetting.server.row(forgetting.record).held.empty());
    for (TestPhone* phone : {&forgetting.a, &forgetting.b}) {
      const std::string all = all_of(*phone);
      CHECK(all.size() > 4096);
      CHECK(all.find(name) == std::string::npos);
      CHECK(all.find(telephone) == std::string::npos);
    }
  }

  TEST_CASE("a name entered by somebody who had not heard of it waits for a person") {
    Forgetting forgetting("erased-since");
    forgetting.b.edit(forgetting.record, R"({"name":"Zhangsanfeng Junior"})");
    forgetting.erase();
    forgetting.b.sync();
    const Row row = forgetting.server.row(forgetting.record);
    REQUIRE(row.held.size() == 1);
    CHECK(row.held.front().code == "erased_since");
  }

  TEST_CASE("a phone takes a new key after an erasure, with all its lines in their places") {
    Forgetting forgetting("erased-fork");
    forgetting.a.make(R"({"title":"路灯"})");
    forgetting.a.sync();
    forgetting.a.copy_file_to("erased-fork-copy");
    forgetting.erase();
    forgetting.a.sync();
    TestPhone copy(forgetting.server, "erased-fork-other");
    copy.phone.reset();
    copy.take_file_from("erased-fork-copy");
    copy.make(R"({"title":"井盖"})");
    copy.sync();
    copy.sync();
    forgetting.a.make(R"({"title":"水渠"})");
    forgetting.a.sync();
    forgetting.a.sync();
    CHECK(forgetting.a.status().waiting == 0);
    CHECK(copy.status().waiting == 0);
    CHECK(copy.shown(forgetting.record, "name").empty());
  }
}

}  // namespace
}  // namespace lianxin::client
