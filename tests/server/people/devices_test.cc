#include "schema/json.h"
#include "sync/wire/certificate.h"
#include "sync/wire/enrolment.h"
#include "sync/wire/envelope.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {
std::string code_of(const Response& response) { return std::string(json_of(response).text_at("code")); }

int sync_status(TestServer& server, const TestPhone& phone) {
  return phone.ask_sync(server, phone.request(studio_1)).status;
}
}  // namespace

TEST_SUITE_BEGIN("server/people/devices");

TEST_CASE("an enrolled phone is told its member and its studios") {
  TestServer server;
  TestPhone phone(1);
  const Response response = phone.enrol(server, code_for(server, studio_1, hao));
  REQUIRE(response.status == 200);
  const Value told = json_of(response);
  CHECK(told.text_at("device") == phone.device().text());
  CHECK(told.text_at("member_name") == "郝商量");
  CHECK(told.integer_at("server_ms") == server.now_ms);
  std::vector<std::string> codes;
  for (const Value& item : told.list_at("studios")) codes.push_back(must(granted_of(item)).code);
  CHECK(codes == std::vector<std::string>{"990000", "990100", "990121", "990121-S01", "990121100"});
  const auto certificate = read_certificate(server->self.key, told.text_at("certificate"));
  REQUIRE(certificate);
  CHECK(certificate->device == phone.device());
  CHECK(sync_status(server, phone) == 200);
}

TEST_CASE("whoever asks is shown that this is the server of the enrolment (PROTOCOL 9.4)") {
  TestServer server;
  TestPhone phone(1);
  const Value enrolled = json_of(phone.enrol(server, code_for(server, studio_1, hao)));
  ProveRequest asked;
  asked.challenge.fill(7);
  const Response response = server.ask("POST", "/v1/prove", to_json(to_value(asked)));
  REQUIRE(response.status == 200);
  CHECK(proves(must(prove_reply_of(json_of(response))), asked.challenge, enrolled.text_at("certificate")));
  CHECK(server.ask("POST", "/v1/prove", R"({"challenge":"c2hvcnQ"})").status == 400);
}

TEST_CASE("a phone whose token was taken away on its way is told so, and one that is unknown otherwise") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const std::string body = phone.body_of(server, phone.request(studio_1));
  CHECK(code_of(server.ask("POST", "/v1/sync", body, {}, "application/x-ndjson")) == "token_missing");
  CHECK(code_of(server.ask("POST", "/v1/sync", body, "another", "application/x-ndjson")) == "not_signed_in");
}

TEST_CASE("a code makes one device however often that device asks") {
  TestServer server;
  TestPhone phone(1), other(2);
  const std::string code = code_for(server, studio_1, hao);
  REQUIRE(phone.enrol(server, code).status == 200);
  const std::string first = phone.token;
  REQUIRE(phone.enrol(server, code).status == 200);
  CHECK(phone.token != first);
  CHECK(must(server->devices->all()).size() == 1);
  CHECK(must(server->devices->with_token(first)));  // until the phone has shown that it has the other
  CHECK(sync_status(server, phone) == 200);
  CHECK_FALSE(must(server->devices->with_token(first)));
  const Response refused = other.enrol(server, code);
  CHECK(refused.status == 410);
  CHECK(code_of(refused) == "code_used");
}

TEST_CASE("a code that is unknown or too old makes no device") {
  TestServer server;
  TestPhone phone(1);
  CHECK(code_of(phone.enrol(server, "ABCD-EFGH-JKMN")) == "code_unknown");
  CHECK(code_of(phone.enrol(server, "nonsense")) == "code_unknown");
  const std::string code = code_for(server, studio_1, hao);
  server.now_ms += 8LL * 24 * 60 * 60 * 1000;
  CHECK(code_of(phone.enrol(server, code)) == "code_unknown");
}

TEST_CASE("who guesses a code locks that one after five tries and no other, and learns nothing of it") {
  TestServer server;
  const std::string code = code_for(server, studio_1, hao), other = code_for(server, studio_1, hao);
  std::string guess = code;
  guess.back() = guess.back() == 'A' ? 'B' : 'A';
  TestPhone stranger(9);
  for (int i = 0; i < Enrolment::wrong_tries_max; ++i) CHECK(code_of(stranger.enrol(server, guess)) == "code_unknown");
  CHECK(code_of(stranger.enrol(server, guess)) == "code_unknown");
  const Response locked = TestPhone(1).enrol(server, code);
  CHECK(locked.status == 410);
  CHECK(code_of(locked) == "code_locked");
  server.reopen();
  CHECK(code_of(TestPhone(1).enrol(server, code)) == "code_locked");
  CHECK(TestPhone(2).enrol(server, other).status == 200);
}

TEST_CASE("four wrong tries leave a code to its owner, and none ends what it has made") {
  TestServer server;
  const std::string code = code_for(server, studio_1, hao);
  std::string guess = code;
  guess.back() = guess.back() == 'A' ? 'B' : 'A';
  TestPhone stranger(9), phone(1);
  for (int i = 1; i < Enrolment::wrong_tries_max; ++i) (void)stranger.enrol(server, guess);
  CHECK(phone.enrol(server, code).status == 200);
  for (int i = 0; i < Enrolment::wrong_tries_max; ++i) (void)stranger.enrol(server, guess);
  CHECK(phone.enrol(server, code).status == 200);  // its reply was lost
}

TEST_CASE("guesses at codes that are not there are not written down") {
  TestServer server;
  (void)code_for(server, studio_1, hao);
  const auto jobs = server->database->counts().jobs;
  for (int i = 0; i < 20; ++i) CHECK(code_of(TestPhone(9).enrol(server, "0000-0000-0000-0000")) == "code_unknown");
  CHECK(server->database->counts().jobs == jobs);
}

TEST_CASE("a code without the key that asks makes no device") {
  TestServer server;
  const std::string code = code_for(server, studio_1, hao);
  const std::string body = TestPhone(1).enrol_body("ABCD-EFGH-JKMN");  // signed for another code
  std::string altered = body;
  altered.replace(altered.find("ABCD-EFGH-JKMN"), 14, code);
  CHECK(code_of(server.ask("POST", "/v1/enrol", altered)) == "bad_signature");
  CHECK(server.ask("POST", "/v1/enrol", "{}").status == 400);
  CHECK(server.ask("POST", "/v1/enrol", "not json").status == 400);
  CHECK(must(server->devices->all()).empty());
}

TEST_CASE("a forked phone takes a new key and a lost reply does not strand it (PROTOCOL 6.1)") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  TestPhone next(2);
  REQUIRE(old.rekey(server, next).status == 200);
  const Response again = old.rekey(server, next);
  REQUIRE(again.status == 200);
  next.token = json_of(again).text_at("token");
  CHECK(json_of(again).text_at("device") == next.device().text());
  CHECK(sync_status(server, next) == 200);
  CHECK(sync_status(server, old) == 410);
  const Device retired = *must(server->devices->find(old.device()));
  CHECK(retired.status == DeviceStatus::retired);
  CHECK(retired.superseded_by == next.device());
}

TEST_CASE("two clones become two devices") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  CHECK(old.rekey(server, TestPhone(2)).status == 200);
  CHECK(old.rekey(server, TestPhone(3)).status == 200);
  CHECK(must(server->devices->all()).size() == 3);
}

TEST_CASE("a new key that the old one did not sign is refused") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  TestPhone thief(9);
  thief.token = old.token;
  const Response response = thief.rekey(server, TestPhone(2));  // names the wrong device too
  CHECK(response.status == 400);
  CHECK(sync_status(server, old) == 200);
}

TEST_CASE("a device is cut off with all that took its place") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  TestPhone next(2);
  REQUIRE(old.rekey(server, next).status == 200);
  must(server->devices->set_status(old.device(), DeviceStatus::revoked));
  CHECK(must(server->devices->find(next.device()))->status == DeviceStatus::revoked);
  CHECK(server->devices->set_status(TestPhone(7).device(), DeviceStatus::lost).error().code == Errc::not_found);
}

TEST_CASE("a cut-off phone that was set back gets a key that is cut off too and can hand over (PROTOCOL 4.6)") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  must(server->devices->set_status(old.device(), DeviceStatus::revoked));
  TestPhone next(2);
  for (int times = 0; times < 2; ++times) {  // the first reply may have been lost
    next.token = json_of(old.rekey(server, next)).text_at("token");
    CHECK(must(server->devices->find(next.device()))->status == DeviceStatus::revoked);
  }
  CHECK(must(server->devices->find(old.device()))->status == DeviceStatus::revoked);
  next.record(studio_1, hao, record_id(1), "outreach_visit", {put("occurred_on", "2026-11-19")});
  const SyncReply reply = next.sync(server, next.request(studio_1));
  CHECK(reply.purge);
  CHECK(reply.grants.empty());
  CHECK(reply.studios[0].page.rows.empty());
  const auto held = must(server->lists->held_open(std::span(&studio_1, 1), 10));
  REQUIRE(held.size() == 1);
  CHECK(held[0].line.code == "device_revoked");
  // A new key is no new allowance.
  const TestPhone third(3);
  REQUIRE(next.rekey(server, third).status == 200);
  CHECK(must(server->devices->find(third.device()))->after_revocation == 1);
}

TEST_CASE("the old key of a lost phone makes no device that works") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  const TestPhone lost(2), kept(3), thief(4);
  REQUIRE(old.rekey(server, lost).status == 200);
  REQUIRE(old.rekey(server, kept).status == 200);
  must(server->devices->set_status(lost.device(), DeviceStatus::lost));
  REQUIRE(old.rekey(server, thief).status == 200);
  CHECK(must(server->devices->find(thief.device()))->status == DeviceStatus::lost);
  CHECK(code_of(old.rekey(server, kept)) == "forbidden");  // a token of the phone that still works
  CHECK(must(server->devices->find(kept.device()))->status == DeviceStatus::active);
}

TEST_CASE("found again a lost phone works and the retired one before it stays retired") {
  TestServer server;
  const TestPhone old = phone_of(server, 1, studio_1, hao);
  TestPhone next(2);
  next.token = json_of(old.rekey(server, next)).text_at("token");
  must(server->devices->set_status(old.device(), DeviceStatus::lost));
  must(server->devices->set_status(old.device(), DeviceStatus::active));
  CHECK(must(server->devices->find(old.device()))->status == DeviceStatus::retired);
  CHECK(sync_status(server, next) == 200);
}

TEST_SUITE_END();
