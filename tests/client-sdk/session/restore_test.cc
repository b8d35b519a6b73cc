#include <atomic>
#include <utility>

#include "client-sdk/core/phone_core.h"
#include "sync/model/view.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

// A line of this phone's own chain, made as the test wants it.
void append_line(TestPhone& phone, const StudioId& studio, const Change& change, const std::string& line) {
  PhoneCore& core = PhoneInternals::core(*phone.phone);
  const Status appended = core.db().write([&]() -> Status {
    LX_TRY(const Identity who, core.identity());
    Change there = change;
    there.studio = studio;
    return OwnChanges(core.db()).append(who.key, there, line);
  });
  REQUIRE(appended.has_value());
}

// The last change that the phone made.
Change last_change(TestPhone& phone, const StudioId& studio) {
  PhoneCore& core = PhoneInternals::core(*phone.phone);
  const auto found = core.db().read([&]() -> Result<Change> {
    OwnChanges own(core.db());
    LX_TRY(const std::vector<OwnChange> lines, own.after(studio, own.last_n(studio) - 1, 1, SIZE_MAX));
    return parse_line(lines.front().line);
  });
  REQUIRE(found.has_value());
  return *found;
}

std::vector<ChangeId> ids_in_log(FakeServer& server) {
  std::vector<ChangeId> ids;
  const Status read = server.store().read(server.studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(const std::vector<Logged> lines, txn.log_after(0, 1000));
    for (const Logged& line : lines) ids.push_back(line.id);
    return {};
  });
  REQUIRE(read.has_value());
  return ids;
}

}  // namespace

TEST_SUITE("client-sdk/session/restore") {
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

  TEST_CASE("a fork whose chain holds lines stored under another id is given a new chain all the same (PROTOCOL 6.1)") {
    TwoPhones phones("fork-derived");
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    const std::string record = phones.b.make(R"({"headcount_total":10})");
    Change reused = last_change(phones.a, phones.server.studio);  // an id that is another's, with other content
    reused.member = phones.wang;
    append_line(phones.b, phones.server.studio, reused, line_of(reused));
    Change unreadable = reused;
    unreadable.id.bytes[0] ^= 1;
    append_line(phones.b, phones.server.studio, unreadable, "no change line at all");
    phones.b.sync();
    const std::vector<ChangeId> before = ids_in_log(phones.server);
    CHECK(before.size() == 4);
    phones.b.copy_file_to("fork-derived-backup");
    phones.b.edit(record, R"({"headcount_total":5})");
    phones.b.sync();
    phones.b.take_file_from("fork-derived-backup");
    std::size_t whole = 0, by_id = 0;
    phones.server.on_request = [&](SyncRequest& request) {
      for (const PushEntry& entry : request.studios.front().push.entries) ++(entry.known ? by_id : whole);
    };
    const SyncReport report = phones.b.sync();
    CHECK(report.forked);
    CHECK(report.waiting == 0);
    CHECK(by_id == 1);
    CHECK(whole == 2);  // what the server keeps under names of its own is sent again, and known there
    CHECK(ids_in_log(phones.server).size() == 5);
    CHECK(phones.b.shown(record, "headcount_total") == "15");
  }

  TEST_CASE("a phone that the server does not know any more shows its certificate and goes on (PROTOCOL 6.3)") {
    TwoPhones phones("readmitted");
    phones.a.make(R"({"headcount_total":10})");
    phones.a.sync();
    phones.server.forget_tokens();
    const std::string record = phones.a.make(R"({"headcount_total":7})");
    const SyncReport report = phones.a.sync();
    CHECK(report.complete);
    CHECK(report.waiting == 0);
    CHECK(shown_fields(phones.server.catalog(), phones.server.row(record)).at("headcount_total") == Value(7));
    const int calls = phones.server.calls;
    phones.a.sync();
    CHECK(phones.server.calls == calls + 1);  // the new token was kept
  }

  TEST_CASE("a phone that is not known again either is told so and keeps everything (PROTOCOL 6.3)") {
    TwoPhones phones("not-readmitted");
    const std::string record = phones.a.make(R"({"headcount_total":10})");
    phones.server.forget_tokens();
    phones.server.forget_certificates();
    SyncOptions options;
    options.retry_for_ms = 0;
    const auto refused = phones.a.phone->sync(options);
    REQUIRE_FALSE(refused);
    CHECK(refused.problem().code == "not_signed_in");
    CHECK(phones.a.shown(record, "headcount_total") == "10");
    CHECK(phones.a.status().waiting > 0);
  }

  TEST_CASE("a line that the server has with other bytes is not taken for known") {
    TwoPhones phones("known-hash");
    const std::string record = phones.a.make(R"({"headcount_total":10})");
    phones.a.sync();
    phones.a.copy_file_to("known-hash-backup");
    phones.a.edit(record, R"({"headcount_total":5})");
    phones.a.sync();
    phones.a.take_file_from("known-hash-backup");
    phones.server.on_reply = [](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        for (KnownLine& line : part.known) line.line[0] ^= 1;
      }
    };
    bool by_id = false;
    phones.server.on_request = [&](SyncRequest& request) {
      for (const PushEntry& entry : request.studios.front().push.entries) by_id |= entry.known.has_value();
    };
    CHECK(phones.a.sync().forked);
    CHECK(!by_id);
    CHECK(phones.a.shown(record, "headcount_total") == "15");
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

  TEST_CASE("two processes that offer from the same file leave no head out") {
    TwoPhones phones("witness-twice");
    const std::string backup = phones.server.backup();
    constexpr int records = 800;  // of three fields each: more heads than one request takes
    for (int i = 0; i < records; ++i) phones.a.make(R"({"title":"甲","headcount_total":7,"occurred_on":"2026-11-18"})");
    phones.a.sync();
    phones.b.sync();
    phones.server.restore(backup);
    std::atomic<bool> cancel{false};
    SyncOptions once;
    once.cancel = &cancel;
    bool offers = false, beside = false;
    phones.server.on_request = [&](SyncRequest& request) { offers = !request.studios.front().offered.empty(); };
    phones.server.on_reply = [&](SyncReply&) {
      if (!offers || cancel) return;
      if (std::exchange(beside, true)) {
        cancel = true;  // the service ends when its first offers are taken
        return;
      }
      Phone service = phones.b.open_again();
      CHECK_FALSE(service.sync(once));
    };
    REQUIRE_FALSE(phones.b.try_sync());
    phones.server.on_reply = {};
    phones.b.sync();  // A's phone never comes back
    ListOptions all;
    all.limit = 1000;
    const auto listed = must(phones.b.phone->list(all));
    REQUIRE(listed.items.size() == records);
    for (const ListItem& item : listed.items) {
      CHECK(phones.b.shown(item.id, "title") == "甲");
      CHECK(phones.b.shown(item.id, "headcount_total") == "7");
      CHECK(phones.b.shown(item.id, "occurred_on") == "2026-11-18");
    }
  }

  TEST_CASE("of two studios of a server that was set back both are given back whole (PROTOCOL 6.2)") {
    TwoPhones phones("witness-two");
    FakeServer& server = phones.server;
    for (const MemberId& member : {phones.li, phones.wang}) {
      server.grant(member, server.second_studio, "convener", Sensitivity::personal);
    }
    phones.a.sync();
    const std::string backup = server.backup();
    std::vector<std::string> records;
    for (const StudioId& studio : {server.studio, server.second_studio}) {
      Form form = must(phones.a.phone->begin_new("micro_consultation", studio.text()));
      must(form.set("title", "甲"));
      records.push_back(must(form.commit()).record);
    }
    phones.a.sync();
    phones.b.clock.now_ms = phones.a.clock.now_ms;
    phones.b.sync();
    server.restore(backup);
    std::size_t offering_max = 0;
    server.on_request = [&](SyncRequest& request) {
      std::size_t offering = 0;
      for (const StudioRequest& part : request.studios) offering += part.offered.empty() ? 0 : 1;
      offering_max = std::max(offering_max, offering);
    };
    phones.b.sync();  // A's phone has not come back yet
    CHECK(offering_max == 1);
    for (const std::string& record : records) CHECK(phones.b.shown(record, "title") == "甲");
  }

  TEST_CASE("rows of a studio that the server does not know stay until it does and are offered then (PROTOCOL 6.2)") {
    TwoPhones phones("unknown-studio");
    FakeServer& server = phones.server;
    const std::string backup = server.backup();
    const std::string record = phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.b.clock.now_ms = phones.a.clock.now_ms;
    phones.b.sync();
    server.restore(backup);
    int asked = 0;
    server.on_request = [&](SyncRequest& request) { asked += static_cast<int>(request.studios.size()); };
    server.on_reply = [](SyncReply& reply) {
      reply.grants.clear();
      for (StudioReply& part : reply.studios) {
        const StudioId studio = part.studio;
        part = {};
        part.studio = studio;
        part.problem = "studio_unknown";
      }
    };
    for (int i = 0; i < 2; ++i) CHECK(phones.b.try_sync().ok());
    CHECK(asked >= 2);
    CHECK(phones.b.shown(record, "title") == "甲");
    server.on_reply = {};
    server.on_request = {};
    phones.b.sync();
    CHECK(phones.b.shown(record, "title") == "甲");
    CHECK(server.row(record).cell("title"));
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

}  // namespace lianxin::client
