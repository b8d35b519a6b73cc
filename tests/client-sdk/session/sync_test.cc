#include <algorithm>
#include <atomic>

#include "client-sdk/core/phone_core.h"
#include "sync/model/view.h"
#include "sync/wire/envelope.h"
#include "tests/client-sdk/phone_fixture.h"
#include "tests/support/full_disk.h"

namespace lianxin::client {

TEST_SUITE("client-sdk/session/sync") {
  TEST_CASE("a reply that another process with the same file has overtaken is as good as lost (PROTOCOL 5.5)") {
    TwoPhones phones("overtaken");
    phones.a.make(R"({"title":"路灯"})");
    phones.server.on_reply = [&](SyncReply&) {
      phones.server.on_reply = {};
      phones.a.make(R"({"title":"井盖"})");
      Phone service = phones.a.open_again();
      CHECK(must(service.sync()).pushed == 2);
    };
    const auto overtaken = phones.a.try_sync();
    REQUIRE_FALSE(overtaken);
    CHECK(overtaken.problem().code == "sync_overtaken");
    CHECK(phones.a.status().waiting == 0);
    const SyncReport report = phones.a.sync();
    CHECK_FALSE(report.restored_server);
    CHECK(report.pushed == 0);
    CHECK(must(phones.a.phone->receipts()).size() == 1);
  }

  TEST_CASE("a new key that another process was given is not taken from it by an older answer (PROTOCOL 6.1)") {
    TwoPhones phones("overtaken-fork");
    const std::string record = phones.a.make(R"({"headcount_total":10})");
    phones.a.sync();
    phones.a.copy_file_to("overtaken-fork-backup");
    phones.a.edit(record, R"({"headcount_total":5})");
    phones.a.sync();
    phones.a.take_file_from("overtaken-fork-backup");
    phones.server.on_reply = [&](SyncReply&) {
      phones.server.on_reply = {};
      Phone service = phones.a.open_again();
      CHECK(must(service.sync()).forked);
    };
    REQUIRE_FALSE(phones.a.try_sync());
    const std::string device = phones.a.status().device;
    CHECK_FALSE(phones.a.sync().forked);
    CHECK(phones.a.status().device == device);
    CHECK(phones.a.shown(record, "headcount_total") == "15");
  }

  TEST_CASE("a phone whose disk is full hands over what it has") {
    TwoPhones phones("full-disk");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    std::string code;
    {
      const FullDisk full;
      const auto refused = phones.a.try_sync();
      if (!refused) code = refused.problem().code;
    }
    CHECK(code == "storage");
    CHECK(shown_fields(phones.server.catalog(), phones.server.row(record)).at("title") == Value("路灯"));
    CHECK(phones.a.sync().waiting == 0);
    CHECK(phones.a.shown(record, "title") == "路灯");
  }

  TEST_CASE("the three figures are true before and after") {
    TwoPhones phones("figures");
    phones.a.make(R"({"title":"甲"})");
    phones.a.make(R"({"title":"乙"})");
    StatusView before = phones.a.status();
    CHECK(before.here == 2);
    CHECK(before.on_server == 0);
    CHECK(before.waiting == 2);
    const SyncReport report = phones.a.sync();
    CHECK(report.pushed == 2);
    const StatusView after = phones.a.status();
    CHECK(after.on_server == 2);
    CHECK(after.waiting == 0);
    CHECK(after.studios.size() == 1);
    CHECK(!must(phones.a.phone->list()).items.front().waiting);
  }

  TEST_CASE("a lost reply costs nothing and doubles nothing (PROTOCOL 4.1)") {
    TwoPhones phones("lost-reply");
    phones.a.make(R"({"headcount_total":10})");
    phones.server.fates = {FakeServer::Fate::lost_after, FakeServer::Fate::lost_before, FakeServer::Fate::lost_after};
    const SyncReport report = must(phones.a.try_sync(600'000));
    CHECK(report.retries == 3);
    CHECK(report.complete);
    CHECK(phones.server.head() == 1);
  }

  TEST_CASE("a request is signed for its lines and where it has none for nothing (PROTOCOL 4)") {
    TwoPhones phones("signed");
    std::vector<Push> pushes;
    phones.server.on_call = [&](const TransportRequest& request) {
      if (request.path != "/v1/sync") return;
      const Result<SyncRequest> asked =
          decode_request(std::string_view(request.body).substr(request.body.find('\n') + 1));
      REQUIRE(asked);
      for (const StudioRequest& studio : asked->studios) pushes.push_back(studio.push);
    };
    phones.a.sync();
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    REQUIRE(pushes.size() == 2);
    CHECK(pushes[0].entries.empty());
    CHECK(pushes[0].signature == Signature{});
    CHECK(pushes[1].entries.size() == 1);
    CHECK(pushes[1].signature != Signature{});  // the server has verified it
    CHECK(phones.server.head() == 1);
  }

  TEST_CASE("phones with the same kinds have them once") {
    TwoPhones phones("same-kinds");
    const auto kinds_of = [](TestPhone& phone) {
      PhoneCore& core = PhoneInternals::core(*phone.phone);
      return core.db().read([&] { return core.catalog(); });
    };
    const auto first = kinds_of(phones.a), second = kinds_of(phones.b);
    REQUIRE((first && second));
    CHECK(*first == *second);
    KindSet newer = KindSet::shipped();
    newer.document.replace(newer.document.find("\"version\":1"), 11, "\"version\":2");
    newer.catalog.version = 2;
    phones.server.set_kinds(newer);
    phones.a.sync();
    const auto now = kinds_of(phones.a), still = kinds_of(phones.b);
    REQUIRE((now && still));
    CHECK((*now)->version == 2);
    CHECK((*still)->version == (*first)->version);
  }

  TEST_CASE("without a signal everything is kept and the problem says so") {
    TwoPhones phones("no-signal");
    phones.a.make(R"({"title":"甲"})");
    phones.server.fates = {FakeServer::Fate::lost_before};
    auto report = phones.a.try_sync();
    REQUIRE(!report);
    CHECK(report.problem().code == "not_reached");
    CHECK(report.problem().kind == ProblemKind::network);
    phones.server.fates = {FakeServer::Fate::lost_after};
    report = phones.a.try_sync();
    REQUIRE(!report);
    CHECK(report.problem().code == "no_answer");
    CHECK(phones.a.status().waiting == 1);
  }

  TEST_CASE("a busy server's Retry-After is honoured") {
    TwoPhones phones("busy");
    phones.server.fates = {FakeServer::Fate::busy};
    const std::int64_t before = phones.a.clock.now_ms;
    const SyncReport report = must(phones.a.try_sync(60'000));
    CHECK(report.retries == 1);
    CHECK(phones.a.clock.now_ms - before >= 7000);
  }

  TEST_CASE("more changes than one push takes all arrive (PROTOCOL 7)") {
    TwoPhones phones("many");
    Form form = must(phones.a.phone->begin_edit(phones.a.make("{}", "concern")));
    phones.a.sync();
    for (int i = 0; i < 505; ++i) {
      must(form.append("progress_log", FieldValue::from_json("{\"text\":\"第" + std::to_string(i) + "次\"}")));
    }
    CHECK(must(form.commit()).changes.size() == 505);
    const SyncReport report = phones.a.sync();
    CHECK(report.pushed == 505);
    CHECK(report.round_trips == 2);
    phones.b.sync();
    CHECK(phones.b.shown(form.record(), "progress_log") == phones.a.shown(form.record(), "progress_log"));
    CHECK(phones.b.view(form.record()).conflicts.empty());
  }

  TEST_CASE("a pull that was cut into pages and broken off goes on where it was") {
    TwoPhones phones("pages");
    for (int i = 0; i < 6; ++i) phones.a.make("{\"title\":\"第" + std::to_string(i) + "次\"}");
    phones.a.sync();
    phones.server.page_bytes = 1;  // one record a page
    phones.server.fates = {FakeServer::Fate::well, FakeServer::Fate::well, FakeServer::Fate::lost_after};
    CHECK(!phones.b.try_sync());
    CHECK(must(phones.b.phone->list()).items.size() == 2);
    phones.b.sync();
    CHECK(must(phones.b.phone->list()).items.size() == 6);
  }

  TEST_CASE("a new phone's first pull shows nothing by halves") {
    TwoPhones phones("first-pull");
    for (int i = 0; i < 4; ++i) phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    TestPhone c(phones.server, "first-pull-c");
    c.enrol(phones.server.code_for(phones.wang));
    phones.server.page_bytes = 1;
    phones.server.fates = {FakeServer::Fate::well, FakeServer::Fate::lost_after};
    CHECK(!c.try_sync());
    CHECK(must(c.phone->list()).items.empty());
    c.sync();
    CHECK(must(c.phone->list()).items.size() == 4);
  }

  TEST_CASE("a cancelled sync keeps what arrived") {
    TwoPhones phones("cancel");
    for (int i = 0; i < 4; ++i) phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.server.page_bytes = 1;
    std::atomic<bool> cancel{false};
    SyncOptions options;
    options.cancel = &cancel;
    options.progress = [&](const Progress& progress) { cancel = cancel || progress.rows > 0; };
    const auto report = phones.b.phone->sync(options);
    REQUIRE(!report);
    CHECK(report.problem().code == "cancelled");
    CHECK(must(phones.b.phone->list()).items.size() == 1);
    phones.b.sync();
    CHECK(must(phones.b.phone->list()).items.size() == 4);
  }

  TEST_CASE("a damaged row is found by the digest and pulled again (PROTOCOL 5.6)") {
    TwoPhones phones("digest");
    const std::string record = phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    bool damaged = false;
    phones.server.on_reply = [&](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        for (std::string& row : part.page.rows) {
          const std::size_t at = row.find("甲");
          if (damaged || at == std::string::npos) continue;
          row.replace(at, std::string("甲").size(), "乙");
          damaged = true;
        }
      }
    };
    const SyncReport report = phones.b.sync();
    CHECK(damaged);
    CHECK(report.round_trips == 3);  // it differs, the server was told, one pull
    CHECK(!report.trouble);
    CHECK(phones.b.shown(record, "title") == "甲");
  }

  TEST_CASE("a digest that no pull mends is flagged after two and does not storm") {
    TwoPhones phones("trouble");
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.server.on_reply = [&](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        if (part.page.digest) part.page.digest->low += 1;
      }
    };
    const int before = phones.server.calls;
    const SyncReport report = must(phones.b.try_sync());
    CHECK(report.trouble);
    CHECK(phones.server.calls - before == 5);  // told after the first, pulled twice, compared
    CHECK(phones.b.status().studios.front().trouble);
    CHECK(must(phones.b.phone->inbox()).front().kind == InboxKind::trouble);
    CHECK(must(phones.b.try_sync()).round_trips == 1);
    phones.server.on_reply = {};
    CHECK(!must(phones.b.try_sync()).trouble);
  }

  TEST_CASE("own values do not travel back and the rows are whole all the same (PROTOCOL 5.3)") {
    TwoPhones phones("own");
    const std::string record = phones.a.make(R"({"title":"很长的议题","participants":{"张三":{"unit":"村委会"}}})");
    bool left_out = false;
    phones.server.on_reply = [&](SyncReply& reply) {
      for (const StudioReply& part : reply.studios) {
        for (const std::string& row : part.page.rows) left_out |= row.find("很长的议题") == std::string::npos;
      }
    };
    phones.a.sync();
    CHECK(left_out);
    CHECK(phones.a.shown(record, "title") == "很长的议题");
    CHECK(!phones.a.view(record).waiting);
  }

  TEST_CASE("a studio that was taken away is first given what is unpushed") {
    TwoPhones phones("taken-away");
    const std::string record = phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.a.edit(record, R"({"title":"乙"})");
    phones.a.clock.now_ms += 1000;
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.revoke_grants(phones.server.studio);
    CHECK(phones.a.try_sync().ok());
    CHECK(phones.server.row(record).record.text() == record);
    CHECK(phones.a.status().waiting == 0);
    CHECK(phones.a.status().studios.empty());
    CHECK(must(phones.a.phone->list()).items.empty());
    CHECK(phones.server.head() == 2);  // applied or held, it is there
  }

  TEST_CASE("every state of a sync is told") {
    TwoPhones phones("progress");
    phones.a.make(R"({"title":"甲"})");
    std::vector<SyncPhase> phases;
    SyncOptions options;
    options.progress = [&](const Progress& progress) { phases.push_back(progress.phase); };
    REQUIRE(phones.a.phone->sync(options).ok());
    CHECK(phases.front() == SyncPhase::connecting);
    CHECK(std::find(phases.begin(), phases.end(), SyncPhase::pushing) != phases.end());
    CHECK(std::find(phases.begin(), phases.end(), SyncPhase::checking) != phases.end());
    CHECK(phases.back() == SyncPhase::done);
  }
}

}  // namespace lianxin::client
