// Every sync is signed by its device (PROTOCOL 5.1), and its token and its certificate are followed by others (9.5).
#include "schema/json.h"
#include "server/people/renewals.h"
#include "server/people/secrets.h"
#include "sync/model/limits.h"
#include "sync/wire/certificate.h"
#include "sync/wire/envelope.h"
#include "sync/wire/server_move.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
const char* const sync_type = "application/x-ndjson";
const std::vector<Write> visit = {put("visit_kind", "household"), put("occurred_on", "2026-11-19")};

std::string code_of(const Response& response) { return std::string(json_of(response).text_at("code")); }

struct OnePhone {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);

  // What anybody is answered who shows this token and sends this body.
  Response asked(const std::string& body, const std::string& token) {
    return server.ask("POST", "/v1/sync", body, token, sync_type);
  }
  Response asked(const std::string& body) { return asked(body, phone.token); }
  SyncReply sync() { return phone.sync(server, phone.request(studio_1)); }
  std::size_t records() {
    Seq seq = 0;
    must(server->store->read(studio_1, [&](ReadTxn& txn) -> Status {
      LX_TRY(const StudioHead head, txn.head());
      seq = head.seq;
      return {};
    }));
    return static_cast<std::size_t>(seq);
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/routes/signed_sync");

TEST_CASE_FIXTURE(OnePhone, "a stolen token without the key reads nothing and writes nothing") {
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  sync();
  TestPhone thief(9);
  thief.record(studio_1, hao, record_id(2), "outreach_visit", visit);
  const std::string unsigned_body = encode_request(thief.request(studio_1));
  for (const std::string& body : {thief.body_of(server, thief.request(studio_1)), unsigned_body, "\n" + unsigned_body,
                                  std::string("{\"protocol\":2,\"at_ms\":0}\n") + unsigned_body}) {
    const Response refused = asked(body);
    CHECK(refused.status >= 400);
    CHECK(refused.body.find("rows") == std::string::npos);
    CHECK(refused.body.find(studio_1.text()) == std::string::npos);
  }
  CHECK(code_of(asked(thief.body_of(server, thief.request(studio_1)))) == "bad_signature");
  CHECK(records() == 1);
  // Nor a new key in its place.
  CHECK(code_of(server.ask("POST", "/v1/rekey", to_json(to_value(rekey_request(SecretKey{9}, thief.key()))),
                           phone.token)) == "bad_request");
}

TEST_CASE_FIXTURE(OnePhone, "another device's signature, and one of another moment of this one's, fit no request") {
  TestPhone other = phone_of(server, 2, studio_1, mi);
  CHECK(code_of(asked(other.body_of(server, phone.request(studio_1)))) == "bad_signature");
  CHECK(code_of(asked(phone.body_of(server, phone.request(studio_1)), other.token)) == "bad_signature");
  const std::string signed_body = phone.body_of(server, phone.request(studio_1));
  const std::size_t end = signed_body.find('\n');
  SyncRequest wider = phone.request(studio_1);
  wider.studios.push_back(phone.request(studio_2).studios.front());
  CHECK(code_of(asked(signed_body.substr(0, end + 1) + encode_request(wider))) == "bad_signature");
}

TEST_CASE_FIXTURE(OnePhone,
                  "a recorded request is repeated within the window, changes nothing, and is refused after it") {
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  const std::string recorded = phone.body_of(server, phone.request(studio_1));
  REQUIRE(asked(recorded).status == 200);
  server.now_ms += limits::signature_ms_max;
  CHECK(asked(recorded).status == 200);
  CHECK(records() == 1);
  server.now_ms += 1;
  const Response refused = asked(recorded);
  CHECK(refused.status == 422);
  CHECK(code_of(refused) == "clock_apart");
  CHECK(refused.body.find("rows") == std::string::npos);
}

TEST_CASE_FIXTURE(OnePhone, "a phone whose clock is of another year is told the server's time and signs by it") {
  for (const std::int64_t at_ms : {std::int64_t{0}, std::int64_t{3'786'912'000'000}}) {
    const Response refused = asked(phone.body_at(at_ms, phone.request(studio_1)));
    REQUIRE(code_of(refused) == "clock_apart");
    CHECK(json_of(refused).integer_at("server_ms") == server.now_ms);
    CHECK(asked(phone.body_at(json_of(refused).integer_at("server_ms"), phone.request(studio_1))).status == 200);
  }
}

TEST_CASE_FIXTURE(OnePhone,
                  "a token is offered after a week, the same again, and ends the one before when it is used") {
  server.now_ms += token_ms_max - 1;
  CHECK(sync().token.empty());
  server.now_ms += 1;
  const std::string offered = sync().token, before = phone.token;
  REQUIRE(offered.size() == 43);
  CHECK(sync().token == offered);  // its reply may have been lost
  server.reopen();
  server.now_ms += day_ms;
  CHECK(sync().token == offered);
  phone.token = offered;
  CHECK(sync().token.empty());
  CHECK(asked(phone.body_of(server, phone.request(studio_1)), before).status == 401);
  server.reopen();
  CHECK(sync().token.empty());
}

TEST_CASE_FIXTURE(OnePhone, "whoever shows an offered token and cannot sign ends nothing") {
  server.now_ms += token_ms_max;
  const std::string offered = sync().token;
  const TestPhone thief(9);
  CHECK(asked(thief.body_of(server, thief.request(studio_1)), offered).status == 422);
  CHECK(sync().token == offered);
}

TEST_CASE_FIXTURE(OnePhone, "an offer that nobody took for a week is followed by another") {
  server.now_ms += token_ms_max;
  const std::string offered = sync().token;
  server.now_ms += token_ms_max;
  const std::string next = sync().token;
  CHECK(next != offered);
  CHECK(asked(phone.body_of(server, phone.request(studio_1)), offered).status == 401);
}

TEST_CASE_FIXTURE(OnePhone, "tokens lie in the database as hashes alone") {
  server.now_ms += token_ms_max;
  const std::string offered = sync().token;
  const Device device = *must(server->devices->find(phone.device()));
  CHECK(device.next_token == hash_of_secret(offered));
}

TEST_CASE_FIXTURE(OnePhone, "a phone that has a certificate in its second half is given the next, until it has it") {
  const auto with_end = [&](std::int64_t ends_ms) {
    SyncRequest request = phone.request(studio_1);
    request.certificate_ends_ms = ends_ms;
    return phone.sync(server, request);
  };
  const std::int64_t ends_ms = server.now_ms + certificate_ms;
  CHECK(with_end(ends_ms).certificate.empty());
  server.now_ms += certificate_ms / 2 + 1;
  const std::string next = with_end(ends_ms).certificate;
  const auto read = read_certificate(server->self.key, next);
  REQUIRE(read);
  CHECK(read->ends_ms == server.now_ms + certificate_ms);
  CHECK(read->device == phone.device());
  CHECK(with_end(ends_ms).certificate == next);  // its reply may have been lost
  CHECK(with_end(read->ends_ms).certificate.empty());
}

TEST_CASE_FIXTURE(OnePhone, "one that was cut off is given neither") {
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  server.now_ms += token_ms_max;
  const SyncReply reply = sync();
  CHECK(reply.token.empty());
  CHECK(reply.certificate.empty());
}

TEST_CASE_FIXTURE(OnePhone, "what the office announces is told with every sync, signed, until it is taken back") {
  CHECK(sync().move.empty());
  must(server->address->announce(server->self, {"https://new.example", {}}, server.now_ms));
  const auto move = read_move(sync().move, must(server->devices->find(phone.device()))->certificate);
  REQUIRE(move);
  CHECK(move->address == "https://new.example");
  must(server->address->take_back());
  CHECK(sync().move.empty());
}

TEST_SUITE_END();
