// A studio that was taken away: what is unpushed is handed over first, whatever happens on the way, and what cannot be
// handed over stays.
#include "client-sdk/core/phone_core.h"
#include "client-sdk/store/own_changes.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

using Fate = FakeServer::Fate;

// A phone with two records on the server and three changes that wait, whose studio is taken away.
struct TakenAway {
  TwoPhones phones;
  std::string empty;  // the server before any of it
  std::vector<ChangeId> own;

  // `all_pushed`: nothing waits when the studio goes.
  explicit TakenAway(const std::string& name, bool all_pushed = false) : phones(name), empty(phones.server.backup()) {
    const std::string record = phones.a.make(R"({"headcount_total":1})");
    phones.b.make(R"({"title":"乙"})");
    phones.b.sync();
    phones.a.sync();
    for (const char* edit : {R"({"headcount_total":10})", R"({"headcount_total":100})", R"({"title":"甲"})"}) {
      phones.a.edit(record, edit);
    }
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    const Status read = core.db().read([&]() -> Status {
      own = OwnChanges(core.db()).asked_from(studio(), 1, 100).ids;
      return {};
    });
    REQUIRE(read.has_value());
    REQUIRE(own.size() == 4);
    if (all_pushed) phones.a.sync();
    take_away();
  }

  const StudioId& studio() const { return phones.server.studio; }
  void take_away() {
    phones.a.clock.now_ms += 1000;
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.revoke_grants(studio());
  }
  void restart() { phones.a.phone = std::make_unique<Phone>(phones.a.open_again()); }

  bool on_phone(const ChangeId& id) {
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    const auto found = core.db().read([&] { return OwnChanges(core.db()).find(id); });
    REQUIRE(found.has_value());
    return *found && !(*found)->line.empty();
  }
  bool on_server(const ChangeId& id) {
    bool there = false;
    const Status read = phones.server.store().read(studio(), [&](ReadTxn& txn) -> Status {
      LX_TRY(const auto lines, txn.logged(std::span(&id, 1)));
      there = lines.front().has_value();
      return {};
    });
    REQUIRE(read.has_value());
    return there;
  }
  std::size_t rows() {
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    const auto found =
        core.db().read([&]() -> Result<std::size_t> { return Rows(core.db()).records(studio()).size(); });
    REQUIRE(found.has_value());
    return *found;
  }
  // How many changes the person is told that the server has lost.
  std::size_t lost() {
    for (const InboxItem& item : must(phones.a.phone->inbox())) {
      if (item.kind == InboxKind::trouble) return std::stoul(item.sentence.zh);
    }
    return 0;
  }
  // Nothing is in neither place, and no row goes before all is handed over.
  void check_nothing_lost() {
    bool all_there = true;
    for (const ChangeId& id : own) {
      const bool there = on_server(id);
      CHECK((there || on_phone(id)));
      all_there &= there;
    }
    if (!all_there) CHECK(rows() == 2);
  }
  void check_handed_over() {
    for (const ChangeId& id : own) {
      CHECK(on_server(id));
      CHECK(!on_phone(id));
    }
    CHECK(rows() == 0);
    CHECK(phones.a.status().waiting == 0);
    CHECK(phones.a.status().studios.empty());
  }
};

}  // namespace

TEST_SUITE("client-sdk/session/hand-over") {
  TEST_CASE("whatever is lost on the way all is handed over before anything goes (PROTOCOL 6.3)") {
    const Fate fates[] = {Fate::well, Fate::lost_before, Fate::lost_after, Fate::busy};
    for (int run = 0; run < 16; ++run) {
      CAPTURE(run);
      TakenAway taken("handed-over");
      for (int step = 0, left = run; step < 2; ++step, left /= 4) {
        taken.phones.server.fates = {fates[left % 4]};
        (void)taken.phones.a.try_sync();
        taken.restart();
        taken.check_nothing_lost();
      }
      taken.phones.server.fates.clear();
      CHECK(taken.phones.a.try_sync().ok());
      CHECK(taken.phones.a.try_sync().ok());
      taken.check_handed_over();
    }
  }

  TEST_CASE("a server that was set back in the middle is handed everything again") {
    for (int when = 0; when < 3; ++when) {
      CAPTURE(when);
      TakenAway taken("handed-restored");
      const std::string backup = taken.phones.server.backup();
      if (when > 0) taken.phones.server.fates = {Fate::lost_after};
      if (when > 1) taken.phones.server.fates = {Fate::lost_after, Fate::lost_after};
      for (int i = 0; i < when; ++i) (void)taken.phones.a.try_sync();
      taken.phones.server.restore(backup);
      taken.check_nothing_lost();
      CHECK(taken.phones.a.try_sync().ok());
      CHECK(taken.phones.a.try_sync().ok());
      taken.check_handed_over();
    }
  }

  TEST_CASE("what the server does not take is kept until it does") {
    for (const char* problem : {"not_granted", "over_quota", "studio_unknown"}) {
      CAPTURE(problem);
      TakenAway taken("not-taken");
      // As a server answers that does not look into a studio: no acked_n, no h.
      taken.phones.server.on_request = [](SyncRequest& request) {
        for (StudioRequest& part : request.studios) part.push.entries.clear();
      };
      taken.phones.server.on_reply = [&](SyncReply& reply) {
        for (StudioReply& part : reply.studios) {
          const StudioId studio = part.studio;
          part = {};
          part.studio = studio;
          part.problem = problem;
        }
      };
      for (int i = 0; i < 3; ++i) {
        const SyncReport report = must(taken.phones.a.try_sync());
        CHECK(report.problem == problem);
        CHECK(report.waiting == 3);
        taken.restart();
        for (const ChangeId& id : taken.own) CHECK(taken.on_phone(id));
        CHECK(taken.rows() == 2);
      }
      taken.phones.server.on_request = {};
      taken.phones.server.on_reply = {};
      CHECK(taken.phones.a.try_sync().ok());
      CHECK(taken.phones.a.try_sync().ok());
      taken.check_handed_over();
    }
  }

  TEST_CASE("lines stay until a reply that is about their studio says that all are there") {
    TakenAway taken("unconfirmed", true);
    // The server may have been set back since it had them, and does not look.
    taken.phones.server.on_reply = [](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        const StudioId studio = part.studio;
        part = {};
        part.studio = studio;
        part.problem = "not_granted";
      }
    };
    CHECK(taken.phones.a.try_sync().ok());
    for (const ChangeId& id : taken.own) CHECK(taken.on_phone(id));
    taken.phones.server.on_reply = {};
    CHECK(taken.phones.a.try_sync().ok());
    taken.check_handed_over();
  }

  TEST_CASE("a part that is taken only in part erases nothing") {
    TakenAway taken("half-taken");
    // As with a quota: of what waits only the first change is looked at, and the answer says how far it got.
    taken.phones.server.on_request = [](SyncRequest& request) {
      for (StudioRequest& part : request.studios) part.push.entries.clear();
    };
    taken.phones.server.on_reply = [](SyncReply& reply) {
      for (StudioReply& part : reply.studios) part.problem = "over_quota";
    };
    CHECK(must(taken.phones.a.try_sync()).waiting == 3);
    for (const ChangeId& id : taken.own) CHECK(taken.on_phone(id));
    CHECK(taken.rows() == 2);
  }

  TEST_CASE("a purge order is not carried out on the word of last week") {
    TwoPhones phones("purge-unheard");
    phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    // The order comes while the server says nothing of the studio with our changes.
    phones.server.on_reply = [](SyncReply& reply) {
      reply.purge = true;
      reply.studios.clear();
    };
    const auto unheard = phones.a.try_sync();
    if (unheard) CHECK(!unheard->purged);
    CHECK(phones.a.status().enrolled);
    phones.server.on_reply = [](SyncReply& reply) { reply.purge = true; };
    CHECK(must(phones.a.try_sync()).purged);
  }

  TEST_CASE("a studio that is given back shows everything and needs no second pull for what was erased") {
    TakenAway taken("given-back");
    CHECK(taken.phones.a.try_sync().ok());
    taken.check_handed_over();
    taken.phones.server.grant(taken.phones.li, taken.studio(), "convener", Sensitivity::personal);
    taken.phones.a.sync();
    CHECK(taken.rows() == 2);
    std::string record;
    for (const ListItem& item : must(taken.phones.a.phone->list()).items) {
      if (taken.phones.a.shown(item.id, "headcount_total") == "111") record = item.id;
    }
    REQUIRE(!record.empty());
    // A later page leaves out the values of own heads, whose lines are gone: they stand in the row.
    taken.phones.server.grant(taken.phones.wang, taken.studio(), "convener", Sensitivity::personal);
    taken.phones.b.clock.now_ms = taken.phones.a.clock.now_ms;
    taken.phones.b.sync();
    taken.phones.b.edit(record, R"({"place_text":"村口"})");
    taken.phones.b.sync();
    taken.phones.a.clock.now_ms = taken.phones.b.clock.now_ms;
    const SyncReport report = taken.phones.a.sync();
    CHECK(report.round_trips == 1);
    CHECK(report.rows == 1);
    CHECK(taken.phones.a.shown(record, "place_text") == "村口");
    CHECK(taken.phones.a.shown(record, "headcount_total") == "111");
  }

  TEST_CASE("what was handed over and the server lost since holds up nothing and is told of (PROTOCOL 6.1)") {
    // Of the four changes that were handed over the server has all, the first, or none.
    for (std::size_t kept = 0; kept < 3; ++kept) {
      CAPTURE(kept);
      TakenAway taken("lost-since");
      TestPhone& phone = taken.phones.a;
      FakeServer& server = taken.phones.server;
      const std::string before = server.backup();  // knows the first
      CHECK(phone.try_sync().ok());
      CHECK(phone.try_sync().ok());
      taken.check_handed_over();
      server.restore(kept == 0 ? server.backup() : kept == 1 ? before : taken.empty);
      server.grant(taken.phones.li, taken.studio(), "convener", Sensitivity::personal);
      phone.sync();
      const std::string late = phone.make(R"({"title":"丁","headcount_total":5})");
      const SyncReport report = phone.sync();
      CHECK(report.waiting == 0);
      CHECK(phone.shown(late, "headcount_total") == "5");
      CHECK(server.row(late).cell("title"));
      const std::size_t lost = kept == 0 ? 0 : kept == 1 ? 3 : 4;
      CHECK(phone.status().here == static_cast<std::int64_t>(5 - lost));
      CHECK(taken.lost() == lost);
      for (const InboxItem& item : must(phone.phone->inbox())) must(phone.phone->put_away(item.change));
      CHECK(phone.status().needs_you == 0);
    }
  }

  TEST_CASE("what is saved stays in view at every step of beginning the chains without what was lost (PROTOCOL 1.8)") {
    for (std::size_t answered = 0; answered < 8; ++answered) {
      CAPTURE(answered);
      TakenAway taken("lost-in-view");
      TestPhone& phone = taken.phones.a;
      FakeServer& server = taken.phones.server;
      CHECK(phone.try_sync().ok());
      CHECK(phone.try_sync().ok());
      server.grant(taken.phones.li, taken.studio(), "convener", Sensitivity::personal);
      phone.sync();
      const std::string record = phone.make(R"({"headcount_total":5})");
      phone.sync();
      phone.edit(record, R"({"headcount_total":7})");
      const std::string shown = phone.shown(record, "headcount_total");
      server.restore(taken.empty);
      server.grant(taken.phones.li, taken.studio(), "convener", Sensitivity::personal);
      server.fates.assign(answered, Fate::well);
      server.fates.insert(server.fates.end(), 3, Fate::lost_before);
      (void)phone.try_sync();
      CHECK(phone.shown(record, "headcount_total") == shown);
      server.fates.clear();
      phone.sync();
      CHECK(phone.shown(record, "headcount_total") == shown);
    }
  }

  TEST_CASE("an erased line that the server could not read is not taken for lost (PROTOCOL 4.2)") {
    TakenAway taken("lost-unread");
    TestPhone& phone = taken.phones.a;
    FakeServer& server = taken.phones.server;
    PhoneCore& core = PhoneInternals::core(*phone.phone);
    const Status appended = core.db().write([&]() -> Status {
      LX_TRY(const Identity who, core.identity());
      Change change;
      change.id = core.random_id<ChangeId>();
      change.record = core.random_id<RecordId>();
      change.studio = taken.studio();
      return OwnChanges(core.db()).append(who.key, change, "no change line at all");
    });
    REQUIRE(appended.has_value());
    CHECK(phone.try_sync().ok());
    const std::string without_the_last = server.backup();
    const auto give_back = [&] {
      phone.clock.now_ms += 1000;
      server.grant(taken.phones.li, taken.studio(), "convener", Sensitivity::personal);
    };
    give_back();
    phone.sync();
    phone.make(R"({"title":"丁"})");
    phone.sync();
    taken.take_away();
    CHECK(phone.try_sync().ok());
    server.restore(without_the_last);
    give_back();
    const Status noted = core.db().write([&]() -> Status {
      core.want_new_key();
      return {};
    });
    REQUIRE(noted.has_value());
    CHECK(phone.sync().forked);
    CHECK(phone.status().here == 5);
    CHECK(taken.lost() == 1);
  }

  TEST_CASE("a studio that is not granted holds up no purge where the server says that all is there (PROTOCOL 4.6)") {
    TakenAway taken("purge-not-granted", true);
    taken.phones.server.on_reply = [](SyncReply& reply) { reply.purge = true; };
    CHECK(must(taken.phones.a.try_sync()).purged);
  }
}

}  // namespace lianxin::client
