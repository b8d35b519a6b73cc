#include "server/people/device_limits.h"

#include "server/parts/all_routes.h"
#include "sync/wire/envelope.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

const DeviceId phone = *DeviceId::parse("1f8f1f5300f4468e814aac3b4f890743");
const DeviceId other = *DeviceId::parse("44fbde2ee5b04353b1df185b7abfb9a4");
constexpr std::int64_t hour_ms = 3'600'000;

}  // namespace

TEST_SUITE_BEGIN("server/people/device_limits");

TEST_CASE("a bucket is emptied, fills again with time, and a clock that goes back brings nothing") {
  Allowances ten({10, 60}, 100);
  for (int i = 0; i < 10; ++i) CHECK(ten.take("a", 1, noon_ms) == 0);
  CHECK(ten.take("a", 1, noon_ms) > 59'000);
  CHECK(ten.take("a", 1, noon_ms) <= 60'001);
  CHECK(ten.take("b", 1, noon_ms) == 0);
  CHECK(ten.take("a", 1, noon_ms - hour_ms) > 0);
  CHECK(ten.take("a", 1, noon_ms + 60'001) == 0);
  CHECK(ten.take("a", 1000, noon_ms + hour_ms) == 0);  // nobody waits for more than a full bucket
}

TEST_CASE("of too many keys the emptiest are remembered") {
  Allowances few({10, 0.001}, 1000);
  for (int i = 0; i < 10; ++i) CHECK(few.take("mallory", 1, noon_ms) == 0);
  for (int i = 0; i < 20'000; ++i) CHECK(few.take("key" + std::to_string(i), 1, noon_ms) == 0);
  CHECK(few.take("mallory", 1, noon_ms) > 0);
}

TEST_CASE("a phone that was away for weeks and one that pushes 500 changes a second for a minute get through") {
  DeviceLimits limits;
  for (int i = 0; i < 40; ++i) CHECK(limits.begin(phone, {500 * 900, 500, 0}, noon_ms).wait_ms == 0);
  for (int i = 0; i < 60; ++i) CHECK(limits.begin(other, {500 * 700, 500, 0}, noon_ms + i * 1000).wait_ms == 0);
}

TEST_CASE("bytes and lines of one phone are bounded and another's are its own") {
  DeviceLimits limits;
  std::size_t taken = 0;
  std::int64_t wait_ms = 0;
  while ((wait_ms = limits.begin(phone, {2 << 20, 1, 0}, noon_ms).wait_ms) == 0) taken += 2;
  CHECK(taken == 48);
  CHECK(limits.begin(other, {2 << 20, 1, 0}, noon_ms).wait_ms == 0);
  CHECK(limits.begin(phone, {2 << 20, 1, 0}, noon_ms + wait_ms).wait_ms == 0);
  std::size_t lines = 0;
  while (limits.begin(other, {500, 500, 0}, noon_ms).wait_ms == 0) lines += 500;
  CHECK(lines <= 60'000);
}

TEST_CASE("long lines that are held count several times over") {
  DeviceLimits limits;
  std::size_t taken = 0;
  const DeviceLimits::Asked asked{2 << 20, 1, 0};
  while (limits.begin(phone, asked, noon_ms).wait_ms == 0) {
    taken += 2;
    limits.note_held(phone, asked, 1, noon_ms);
  }
  CHECK(taken <= 16);
  for (int i = 0; i < 40; ++i) {  // short ones, as of a phone whose grant has ended, once
    const DeviceLimits::Asked held{500 * 900, 500, 0};
    CHECK(limits.begin(other, held, noon_ms).wait_ms == 0);
    limits.note_held(other, held, 500, noon_ms);
  }
}

TEST_CASE("whoever brings nothing is asked to wait before who brings something") {
  DeviceLimits limits;
  while (limits.begin(phone, {}, noon_ms).wait_ms == 0) continue;
  CHECK(limits.begin(phone, {500, 1, 0}, noon_ms).wait_ms == 0);
}

TEST_CASE("pulls from the beginning are bounded and what is brought with one is taken all the same") {
  DeviceLimits limits;
  int pulls = 0;
  while (limits.begin(phone, {0, 0, 1}, noon_ms).wait_ms == 0) ++pulls;
  CHECK(pulls == 256);
  const DeviceLimits::Turn turn = limits.begin(phone, {500, 1, 1}, noon_ms);
  CHECK(turn.wait_ms == 0);
  CHECK(turn.without_page);
}

TEST_CASE("one phone has so many requests at a time") {
  DeviceLimits limits;
  {
    const auto a = limits.begin(phone, {}, noon_ms), b = limits.begin(phone, {}, noon_ms),
               c = limits.begin(phone, {}, noon_ms), d = limits.begin(phone, {}, noon_ms);
    CHECK(d.wait_ms == 0);
    CHECK(limits.begin(phone, {}, noon_ms).wait_ms > 0);
    CHECK(limits.begin(other, {}, noon_ms).wait_ms == 0);
  }
  CHECK(limits.begin(phone, {}, noon_ms).wait_ms == 0);
}

TEST_CASE("a phone past its bound is told when to come again and keeps what it has") {
  TestServer server;
  TestPhone sender = phone_of(server, 1, studio_1, hao);
  sender.record(studio_1, hao, record_id(1), "outreach_visit", {put("visit_kind", "household")});
  while (server->device_limits.begin(sender.device(), {1 << 20, 1, 0}, server.now_ms).wait_ms == 0) continue;
  const auto ask = [&] { return sender.ask_sync(server, sender.request(studio_1)); };
  const Response refused = ask();
  CHECK(refused.status == 429);
  CHECK(json_of(refused).text_at("code") == "too_many_requests");
  CHECK(json_of(refused).text_at("detail").find("safe on it") != std::string::npos);
  int retry_after_s = 0;
  for (const auto& [name, value] : refused.headers) retry_after_s += name == "Retry-After" ? std::stoi(value) : 0;
  CHECK(retry_after_s > 0);
  server.now_ms += retry_after_s * 1000;
  const Response taken = ask();
  CHECK(taken.status == 200);
  CHECK(must(decode_reply(taken.body)).studios.at(0).page.acked_n() == 1);
}

TEST_CASE("a phone that takes a new key has what its old one left, and takes so many in a day") {
  TestServer server;
  TestPhone first = phone_of(server, 1, studio_1, hao);
  while (server->device_limits.begin(first.device(), {1 << 20, 1, 0}, server.now_ms).wait_ms == 0) continue;
  std::vector<TestPhone> phones{first};
  for (std::uint8_t seed = 2; seed < 6; ++seed) {
    TestPhone next(seed);
    const Response renewed = phones.back().rekey(server, next);
    REQUIRE(renewed.status == 200);
    next.token = json_of(renewed).text_at("token");
    next.record(studio_1, hao, record_id(seed), "outreach_visit", {put("visit_kind", "household")});
    CHECK(next.ask_sync(server, next.request(studio_1)).status == 429);
    phones.push_back(next);
  }
  int refused = 0;
  for (std::uint8_t seed = 10; seed < 40; ++seed) refused += first.rekey(server, TestPhone(seed)).status == 429 ? 1 : 0;
  CHECK(refused >= 10);
  const TestPhone other = phone_of(server, 50, studio_1, mi);
  CHECK(other.rekey(server, TestPhone(51)).status == 200);
  server.now_ms += 60LL * 60 * 1000;
  CHECK(first.rekey(server, TestPhone(60)).status != 429);
}

TEST_CASE("guessed enrolment codes are slowed and another network's right one is not") {
  TestServer server;
  const auto enrol = [&](std::uint8_t number, const std::string& code, const std::string& client) {
    Request request;
    request.method = "POST";
    request.path = "/v1/enrol";
    request.client = client;
    request.content_type = "application/json";
    TestPhone guesser(number);
    request.body = guesser.enrol_body(code);
    return make_router(*server).answer(std::move(request)).status;
  };
  int looked_at = 0, refused = 0;
  for (int i = 0; i < 300; ++i) {
    const int status = enrol(1, "AAAA-AAAA-AAA" + std::string(1, static_cast<char>('0' + i % 10)), "mallory");
    looked_at += status == 404;
    refused += status == 429;
  }
  CHECK(looked_at == 60);
  CHECK(refused == 240);
  const std::string right = code_for(server, studio_1, hao);
  CHECK(enrol(2, right, "mallory") == 429);
  CHECK(enrol(2, right, "office") == 200);
}

TEST_SUITE_END();
