#include "sync/server/still_there.h"
#include "sync/wire/messages.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

std::vector<ReceiptView> told_to(TestPhone& phone) { return must(phone.phone->receipts()); }

StillThere asked(FakeServer& server, const Receipt& told) {
  StillThere now;
  const Status read = server.store().read(told.studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(now, still_there(txn, told));
    return {};
  });
  REQUIRE(read.has_value());
  return now;
}

}  // namespace

TEST_SUITE("client-sdk/session/receipt") {
  TEST_CASE("what reached the server is signed by it and the newest is kept (PROTOCOL 5.7)") {
    TwoPhones phones("told");
    CHECK(told_to(phones.a).empty());
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.a.make(R"({"title":"乙"})");
    phones.a.sync();
    phones.a.make(R"({"title":"丙"})");
    const auto views = told_to(phones.a);
    REQUIRE(views.size() == 1);
    CHECK(views[0].studio == phones.server.studio.text());
    CHECK(views[0].code == "990121-S01");
    CHECK(views[0].device == phones.a.status().device);
    CHECK(views[0].acked_n == 2);
    CHECK(views[0].here == 3);
    CHECK(views[0].log_seq == phones.server.head());
    CHECK(views[0].server_ms == phones.server.now_ms);
    CHECK(views[0].current);
    CHECK(views[0].this_key);
    CHECK(told_to(phones.b).empty());
    const auto told = Receipt::parse(views[0].text);
    REQUIRE(told);
    CHECK(told->signed_with(phones.server.self().key));
    const StillThere now = asked(phones.server, *told);
    CHECK(now.changes);
    CHECK(now.log);
  }

  TEST_CASE("one from before the server was set back is kept beside the one from after") {
    TwoPhones phones("told-restored");
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    const std::string backup = phones.server.backup();
    phones.a.make(R"({"title":"乙"})");
    phones.a.make(R"({"title":"丙"})");
    phones.a.sync();
    const ReceiptView before = told_to(phones.a).front();
    phones.server.restore(backup);
    const StillThere missing = asked(phones.server, *Receipt::parse(before.text));
    CHECK(!missing.changes);
    CHECK(!missing.log);
    CHECK(missing.acked_n == 1);
    phones.a.sync();
    const auto views = told_to(phones.a);
    REQUIRE(views.size() == 2);
    CHECK(views[0].current);
    CHECK(views[0].acked_n == 3);
    CHECK(!views[1].current);
    CHECK(views[1].text == before.text);
    CHECK(asked(phones.server, *Receipt::parse(before.text)).changes);  // given back by this phone
  }

  TEST_CASE("what was signed for the old key outlives the new one") {
    TwoPhones phones("told-fork");
    const std::string record = phones.a.make(R"({"headcount_total":1})");
    phones.a.sync();
    phones.a.copy_file_to("told-fork-backup");
    phones.a.edit(record, R"({"headcount_total":10})");
    phones.a.sync();
    phones.a.take_file_from("told-fork-backup");
    CHECK(phones.a.sync().forked);
    const auto views = told_to(phones.a);
    REQUIRE(views.size() == 2);
    CHECK(views[0].this_key != views[1].this_key);
    for (const ReceiptView& view : views) {
      CHECK(view.current);
      CHECK(asked(phones.server, *Receipt::parse(view.text)).changes);
    }
  }

  TEST_CASE("it stays when the studio is taken away and goes with a purge") {
    TwoPhones phones("told-lost");
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.a.clock.now_ms += 1000;
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.revoke_grants(phones.server.studio);
    CHECK(phones.a.try_sync().ok());
    CHECK(phones.a.status().studios.empty());
    REQUIRE(told_to(phones.a).size() == 1);
    CHECK(told_to(phones.a)[0].acked_n == 1);
    phones.server.on_reply = [&](SyncReply& reply) { reply.purge = true; };
    CHECK(must(phones.a.try_sync()).purged);
    CHECK(!phones.a.phone->receipts());
  }

  TEST_CASE("one that is not of this phone or not of this reply is not kept") {
    TwoPhones phones("told-other");
    phones.a.make(R"({"title":"甲"})");
    phones.server.on_reply = [&](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        if (part.receipt) part.receipt->acked_n += 1;
      }
    };
    phones.a.sync();
    CHECK(told_to(phones.a).empty());
    phones.server.on_reply = [&](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        if (part.receipt) part.receipt->device.bytes[0] ^= 1;
      }
    };
    phones.a.sync();
    CHECK(told_to(phones.a).empty());
    phones.server.on_reply = {};
    phones.a.sync();
    CHECK(told_to(phones.a).size() == 1);
  }
}

}  // namespace lianxin::client
