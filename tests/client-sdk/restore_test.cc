#include "tests/client-sdk/phone_fixture.h"

namespace lianxin {

TEST_SUITE("client-sdk/restore") {
  TEST_CASE("a phone that was set back takes a new key and loses nothing (PROTOCOL 6.1)") {
    TwoPhones phones("fork");
    const std::string first = phones.a.make(R"({"headcount_total":10})");
    phones.a.sync();
    phones.a.copy_file_to("fork-backup");
    phones.a.edit(first, R"({"headcount_total":5})");  // reaches the server, and is lost with the phone
    phones.a.sync();
    phones.a.take_file_from("fork-backup");
    phones.a.edit(first, R"({"headcount_total":100})");
    const std::string old_device = phones.a.status().device;
    const SyncReport report = phones.a.sync();
    CHECK(report.forked);
    CHECK(phones.a.status().device != old_device);
    CHECK(phones.a.shown(first, "headcount_total") == "115");
    phones.b.sync();
    CHECK(phones.b.shown(first, "headcount_total") == "115");
  }

  TEST_CASE("two phones from one file each get a device of their own") {
    TwoPhones phones("clone");
    const std::string record = phones.a.make(R"({"headcount_total":1})");
    phones.a.sync();
    phones.a.copy_file_to("clone-copy");
    TestPhone twin(phones.server, "clone-twin");
    twin.take_file_from("clone-copy");
    twin.clock.now_ms = phones.a.clock.now_ms;
    phones.a.edit(record, R"({"headcount_total":10})");
    twin.edit(record, R"({"headcount_total":100})");
    phones.a.sync();
    CHECK(twin.sync().forked);
    phones.a.sync();
    CHECK(phones.a.shown(record, "headcount_total") == "111");
    CHECK(twin.shown(record, "headcount_total") == "111");
    CHECK(twin.status().device != phones.a.status().device);
  }

  TEST_CASE("a lost answer to the new key is asked for again with the same key") {
    TwoPhones phones("rekey-lost");
    const std::string record = phones.a.make(R"({"headcount_total":1})");
    phones.a.sync();
    phones.a.copy_file_to("rekey-backup");
    phones.a.edit(record, R"({"headcount_total":10})");
    phones.a.sync();
    phones.a.take_file_from("rekey-backup");
    phones.server.fates = {FakeServer::Fate::well, FakeServer::Fate::lost_after};
    CHECK(!phones.a.try_sync());
    const SyncReport report = phones.a.sync();
    CHECK(report.forked);
    CHECK(phones.a.shown(record, "headcount_total") == "11");
  }

  TEST_CASE("a server that was set back is given everything again (PROTOCOL 6.2)") {
    TwoPhones phones("restored");
    const std::string old = phones.a.make(R"({"title":"甲","headcount_total":1})");
    phones.a.sync();
    const std::string backup = phones.server.backup();
    phones.a.edit(old, R"({"title":"乙","headcount_total":10})");
    const std::string late = phones.a.make(R"({"title":"丙"})");
    phones.a.sync();
    phones.server.restore(backup);
    const SyncReport report = phones.a.sync();
    CHECK(report.restored_server);
    CHECK(!report.forked);
    CHECK(phones.a.shown(old, "title") == "乙");
    CHECK(phones.a.shown(old, "headcount_total") == "11");
    phones.b.sync();
    CHECK(phones.b.shown(late, "title") == "丙");
    CHECK(phones.b.shown(old, "headcount_total") == "11");
  }

  TEST_CASE("a phone gives back what it held of others to a server that was set back") {
    TwoPhones phones("witness");
    const std::string backup = phones.server.backup();
    const std::string record = phones.a.make(R"({"title":"甲","headcount_total":7})");
    phones.a.sync();
    phones.b.sync();
    phones.server.restore(backup);
    phones.b.sync();  // A's phone has not come back yet
    CHECK(phones.b.shown(record, "title") == "甲");
    CHECK(phones.b.shown(record, "headcount_total") == "7");
    phones.a.sync();
    phones.b.sync();
    CHECK(phones.b.shown(record, "headcount_total") == "7");
    CHECK(phones.b.view(record).conflicts.empty());
  }

  TEST_CASE("a purge order empties the phone only when all is on the server") {
    TwoPhones phones("purge");
    phones.a.make(R"({"title":"甲"})");
    phones.server.on_reply = [&](SyncReply& reply) { reply.purge = true; };
    const SyncReport report = must(phones.a.try_sync());
    CHECK(report.purged);
    CHECK(report.pushed == 1);
    CHECK(phones.server.head() >= 1);
    const StatusView status = phones.a.status();
    CHECK(status.purged);
    CHECK(!status.enrolled);
    const auto form = phones.a.phone->begin_new("micro_consultation");
    REQUIRE(!form);
    CHECK(form.problem().code == "purged");
  }
}

}  // namespace lianxin
