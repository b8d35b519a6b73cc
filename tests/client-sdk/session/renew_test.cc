// What keeps a phone and its server on speaking terms over the years: signatures by a clock of any year, tokens and
// certificates that follow others, and a server that goes elsewhere (PROTOCOL 5.1, 9.5, 9.6).
#include "client-sdk/core/phone_core.h"
#include "sync/model/limits.h"
#include "sync/wire/certificate.h"
#include "sync/wire/server_move.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
const std::string old_address = "https://lianxin.example", new_address = "https://new.example";

struct OnePhone {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener");
  TestPhone phone;
  std::vector<TransportRequest> sent;

  explicit OnePhone(const std::string& name) : phone(server, name) {
    phone.enrol(server.code_for(li));
    phone.sync();
    server.on_call = [this](const TransportRequest& request) { sent.push_back(request); };
  }

  Identity identity() {
    PhoneCore& core = PhoneInternals::core(*phone.phone);
    const Result<Identity> who = core.db().read([&] { return core.identity(); });
    REQUIRE(who);
    return *who;
  }

  // Its clock says `wall_ms`, whatever the server's says.
  Expected<SyncReport> sync_with_clock(std::int64_t wall_ms) {
    phone.clock.offset_ms = wall_ms - phone.clock.now_ms;
    SyncOptions options;
    options.retry_for_ms = 0;
    return phone.phone->sync(options);
  }

  void pass(std::int64_t ms) { phone.clock.now_ms += ms; }
};

}  // namespace

TEST_SUITE("client-sdk/session/renew") {
  TEST_CASE("a phone whose clock is of any year syncs, with one more request at most (PROTOCOL 5.1)") {
    for (const std::int64_t wall_ms :
         {std::int64_t{0}, std::int64_t{946'684'800'000}, std::int64_t{3'786'912'000'000}}) {
      CAPTURE(wall_ms);
      OnePhone one("any-year");
      one.phone.clock.boot = "";  // a phone without a clock that runs since it was started
      one.phone.make(R"({"title":"甲"})");
      REQUIRE(one.sync_with_clock(wall_ms).ok());
      CHECK(one.sent.size() <= 2);
      CHECK(one.server.head() == 1);
      one.sent.clear();
      REQUIRE(one.sync_with_clock(wall_ms + 1000).ok());
      CHECK(one.sent.size() == 1);  // it has learnt what time it is there
    }
  }

  TEST_CASE("a server whose time is another with every answer ends the sync, and all is kept") {
    OnePhone one("no-time");
    one.phone.make(R"({"title":"甲"})");
    one.server.on_call = [&](const TransportRequest& request) {
      one.sent.push_back(request);
      one.server.now_ms += 2 * limits::signature_ms_max;
    };
    const auto ended = one.sync_with_clock(one.phone.clock.now_ms);
    REQUIRE_FALSE(ended.ok());
    CHECK(ended.problem().code == "clock_apart");
    CHECK(one.sent.size() == 2);
    CHECK(one.phone.status().waiting == 1);
  }

  TEST_CASE("a token is followed by another after a week, and a lost reply does no harm (PROTOCOL 9.5)") {
    OnePhone one("token");
    const std::string first = one.identity().token;
    one.pass(6 * day_ms);
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.identity().token == first);
    one.pass(2 * day_ms);
    one.server.fates = {FakeServer::Fate::lost_after};
    CHECK_FALSE(one.phone.try_sync().ok());
    CHECK(one.identity().token == first);
    REQUIRE(one.phone.try_sync().ok());
    const std::string second = one.identity().token;
    CHECK(second != first);
    one.sent.clear();
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.sent.size() == 1);
    CHECK(one.sent.back().token == second);
    CHECK(one.identity().token == second);
  }

  TEST_CASE("of two processes of one phone the one that is behind takes the other's token and goes on") {
    OnePhone one("two-processes");
    one.pass(8 * day_ms);
    Phone other = one.phone.open_again();
    bool meanwhile = false;
    // While the first asks with its old token, the other is given the next one and uses it.
    one.server.on_call = [&](const TransportRequest& request) {
      one.sent.push_back(request);
      if (std::exchange(meanwhile, true)) return;
      SyncOptions options;
      options.retry_for_ms = 0;
      must(other.sync(options));
      must(other.sync(options));
    };
    const auto done = one.phone.try_sync();
    const bool well = done.ok() || done.problem().code == "sync_overtaken";
    CHECK(well);
    REQUIRE(one.phone.try_sync().ok());
    for (const TransportRequest& request : one.sent) CHECK(request.path == "/v1/sync");  // nobody was admitted anew
  }

  TEST_CASE("a certificate in its second half is followed by another (PROTOCOL 9.5)") {
    OnePhone one("certificate");
    const std::string first = one.identity().certificate;
    const std::int64_t ends_ms = certificate_in(first)->ends_ms;
    one.pass(certificate_ms / 2 - day_ms);
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.identity().certificate == first);
    one.pass(2 * day_ms);
    REQUIRE(one.phone.try_sync().ok());
    const std::string second = one.identity().certificate;
    CHECK(second != first);
    CHECK(certificate_in(second)->ends_ms > ends_ms);
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.identity().certificate == second);
  }

  TEST_CASE("a certificate of another device is not taken for one's own") {
    OnePhone one("not-its-own");
    const std::string own = one.identity().certificate;
    SecretKey secret{};
    secret.fill(5);
    const PublicKey key = public_key_of(secret);
    const std::string another =
        sign_certificate(one.server.self().secret, {device_id_of(key), key, one.li, one.server.studio, false, 1, 2});
    one.server.on_reply = [&](SyncReply& reply) { reply.certificate = another; };
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.identity().certificate == own);
  }

  TEST_CASE("a phone follows where its server says that it goes, once that has answered there (PROTOCOL 9.6)") {
    OnePhone one("announced");
    one.phone.make(R"({"title":"甲"})");
    one.server.move = sign_move(one.server.self().secret, {new_address, {}, 1});
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.phone.status().server == old_address);
    one.sent.clear();
    const SyncReport report = must(one.phone.try_sync());
    CHECK(report.moved_to == new_address);
    CHECK(one.phone.status().server == new_address);
    REQUIRE(one.sent.size() == 2);
    CHECK(one.sent[0].path == "/v1/prove");
    CHECK(one.sent[0].token.empty());
    CHECK(one.sent[1].server == new_address);
    one.sent.clear();
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.sent.size() == 1);  // it is there
  }

  TEST_CASE("while nobody answers there the old address stays, and is asked about again when that fails") {
    OnePhone one("not-there-yet");
    one.server.move = sign_move(one.server.self().secret, {new_address, {}, 1});
    REQUIRE(one.phone.try_sync().ok());
    // The old one answers, the new one does not: one question, and the sync goes on as ever.
    one.server.fates = {FakeServer::Fate::lost_before};
    CHECK(must(one.phone.try_sync()).complete);
    CHECK(one.phone.status().server == old_address);
    one.sent.clear();
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.sent.size() == 1);
    // Now the old one does not answer any more.
    one.sent.clear();
    one.server.fates = {FakeServer::Fate::lost_before};
    CHECK(must(one.phone.try_sync()).moved_to == new_address);
    CHECK(one.phone.status().server == new_address);
  }

  TEST_CASE("neither address answers: the sync ends as it would have, and both are kept") {
    OnePhone one("neither");
    one.server.move = sign_move(one.server.self().secret, {new_address, {}, 1});
    REQUIRE(one.phone.try_sync().ok());
    one.server.fates = {FakeServer::Fate::lost_before, FakeServer::Fate::lost_before};
    const auto ended = one.phone.try_sync();
    REQUIRE_FALSE(ended.ok());
    CHECK(ended.problem().code == "not_reached");
    CHECK(one.phone.status().server == old_address);
  }

  TEST_CASE("what another key announces leads nowhere, and what was taken back is forgotten") {
    OnePhone one("forged");
    SecretKey stranger{};
    stranger.fill(9);
    one.server.move = sign_move(stranger, {new_address, {}, 1});
    REQUIRE(one.phone.try_sync().ok());
    REQUIRE(one.phone.try_sync().ok());
    CHECK(one.phone.status().server == old_address);
    one.server.move = sign_move(one.server.self().secret, {new_address, {}, 2});
    REQUIRE(one.phone.try_sync().ok());
    one.server.move.clear();
    one.server.fates = {FakeServer::Fate::lost_before};  // of the question at the new one
    REQUIRE(one.phone.try_sync().ok());
    one.sent.clear();
    one.server.fates = {FakeServer::Fate::lost_before};
    CHECK_FALSE(one.phone.try_sync().ok());
    for (const TransportRequest& request : one.sent) CHECK(request.server == old_address);
  }

  TEST_CASE("a QR code enrols a phone, with the pins that are in it; what is none says what is wrong") {
    FakeServer server;
    const MemberId li = server.add_member("李红", "convener");
    std::vector<TransportRequest> sent;
    server.on_call = [&](const TransportRequest& request) { sent.push_back(request); };
    const std::string pin = to_base64url(sha256("key"));
    TestPhone phone(server, "scanned");
    must(phone.phone->enrol_by("lianxin:1?a=https://lianxin.example&p=" + pin + "&c=" + server.code_for(li), "手机"));
    for (const TransportRequest& request : sent) CHECK(request.pins == std::vector<std::string>{pin});
    CHECK(phone.status().server == old_address);
    TestPhone other(server, "scanned-wrong");
    for (const char* text : {"", "https://lianxin.example", "lianxin:2?a=x&c=y", "lianxin:1?a=https://x"}) {
      const auto refused = other.phone->enrol_by(text, "手机");
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.problem().code == "enrolment_wrong");
    }
  }
}

}  // namespace lianxin::client
