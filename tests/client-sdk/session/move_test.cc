// A server that has another address than the one its phones were enrolled at (PROTOCOL 9.4).
#include "schema/json.h"
#include "sync/wire/enrolment.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

const std::string old_address = "https://lianxin.example", new_address = "https://new.example";

struct Moving {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener");
  TestPhone phone{server, "moving"};
  std::vector<TransportRequest> sent;

  Moving() {
    phone.enrol(server.code_for(li));
    phone.sync();
    phone.make(R"({"title":"甲"})");
    server.on_call = [this](const TransportRequest& request) { sent.push_back(request); };
  }
  // Whether the first that came to an address was the question who is there, and no token came before its answer.
  bool asked_first(const std::string& address) const {
    for (const TransportRequest& request : sent) {
      if (request.server == address) return request.path == "/v1/prove" && request.token.empty();
    }
    return false;
  }
};

// At that address another server answers, which holds a key of its own.
class AnotherServer final : public Transport {
 public:
  explicit AnotherServer(FakeServer& server) : server_(server) {}
  TransportReply call(const TransportRequest& request) override {
    if (request.server != new_address) return server_.call(request);
    SecretKey other{};
    other.fill(9);
    const auto asked = prove_request_of(*parse_json(request.body));
    return {Delivery::answered, 200, to_json(to_value(prove_reply(other, *asked))), -1, {}};
  }

 private:
  FakeServer& server_;
};

Phone phone_over(Moving& moving, Transport& transport) {
  PhoneOptions options;
  options.path = moving.phone.path;
  options.clock = &moving.phone.clock;
  options.store_key = moving.phone.store_key;
  options.transport = &transport;
  return must(Phone::open(options));
}

SyncOptions once() {
  SyncOptions options;
  options.retry_for_ms = 0;
  return options;
}

}  // namespace

TEST_SUITE("client-sdk/session/move") {
  TEST_CASE("a phone is told the new address, and hands over there what waits, under its old key") {
    Moving moving;
    const std::string device = moving.phone.status().device;
    must(moving.phone.phone->move_to(" HTTPS://new.example/ "));
    CHECK(moving.asked_first(new_address));
    CHECK(moving.phone.status().server == new_address);
    CHECK(moving.phone.sync().pushed == 1);
    CHECK(moving.sent.back().server == new_address);
    CHECK(moving.phone.status().device == device);
  }

  TEST_CASE("an address at which another server answers is not taken, whether a person or a redirect names it") {
    Moving moving;
    AnotherServer transport(moving.server);
    Phone phone = phone_over(moving, transport);
    const auto refused = phone.move_to(new_address);
    REQUIRE(!refused);
    CHECK(refused.problem().code == "other_server");
    moving.server.moved[old_address] = new_address;
    const auto unsynced = phone.sync(once());
    REQUIRE(!unsynced);
    CHECK(unsynced.problem().code == "server_moved");
    CHECK(unsynced.problem().detail == "other_server");
    CHECK(moving.phone.status().server == old_address);
    CHECK(moving.phone.status().waiting == 1);
  }

  TEST_CASE("a permanent redirect is followed once the server there has shown who it is, and the sync goes on there") {
    Moving moving;
    moving.server.moved[old_address] = new_address;
    const SyncReport report = moving.phone.sync();
    CHECK(report.moved_to == new_address);
    CHECK(report.pushed == 1);
    CHECK(moving.asked_first(new_address));
    CHECK(moving.phone.status().server == new_address);
    CHECK(moving.phone.sync().moved_to.empty());
  }

  TEST_CASE("none is followed from https to http, none for ever, and where it points to is told") {
    Moving moving;
    moving.server.moved[old_address] = "http://lianxin.example";
    const auto refused = moving.phone.try_sync();
    REQUIRE(!refused);
    CHECK(refused.problem().code == "not_our_server");
    CHECK(refused.problem().detail.find("http://lianxin.example") != std::string::npos);
    moving.server.moved = {{old_address, new_address}};
    moving.server.on_call = [&](const TransportRequest& request) {
      if (request.server == new_address && request.path != "/v1/prove") moving.server.moved[new_address] = old_address;
    };
    const auto circle = moving.phone.try_sync();
    REQUIRE(!circle);
    CHECK(circle.problem().code == "server_moved");
    CHECK(circle.problem().kind == ProblemKind::network);
    CHECK(circle.problem().zh.find(old_address) != std::string::npos);
  }

  TEST_CASE("a phone that is not enrolled yet sends no code on, and says where the server is") {
    FakeServer server;
    TestPhone phone(server, "moved-before");
    server.moved[old_address] = new_address;
    const auto refused =
        phone.phone->enrol(old_address, server.code_for(server.add_member("李红", "convener")), "手机");
    REQUIRE(!refused);
    CHECK(refused.problem().code == "server_moved");
    CHECK(refused.problem().en.find(new_address) != std::string::npos);
    CHECK(server.calls == 1);
  }

  TEST_CASE("whoever is enrolled is told how the address is changed") {
    Moving moving;
    const auto refused = moving.phone.phone->enrol(new_address, "CODE", "手机");
    REQUIRE(!refused);
    CHECK(refused.problem().code == "already_enrolled");
    CHECK(refused.problem().zh.find("lianxin server --url") != std::string::npos);
  }
}

}  // namespace lianxin::client
