#include <httplib.h>

#include <thread>

#include "server/http/http_server.h"
#include "server/parts/all_routes.h"
#include "sync/rules/official_number.h"
#include "sync/wire/codes.h"
#include "sync/wire/envelope.h"
#include "tests/server/test_phone.h"
#include "tests/support/lost_cursor.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

const std::vector<Write> visit = {put("visit_kind", "household"), put("occurred_on", "2026-11-19")};

// The server's routes behind a real socket.
class Listening {
 public:
  explicit Listening(Parts& server) : router_(make_router(server)), http_(router_, {}) {
    port_ = must(http_.bind("127.0.0.1", 0));
    thread_ = std::thread([this] { http_.run(); });
  }
  ~Listening() {
    http_.stop();
    thread_.join();
  }
  int port() const { return port_; }

 private:
  Router router_;
  HttpServer http_;
  int port_ = 0;
  std::thread thread_;
};

std::string text_of(const Row& row, const char* field) {
  const Cell* cell = row.cell(field);
  return cell && !cell->heads.empty() && cell->heads[0].value.text() ? *cell->heads[0].value.text() : std::string();
}

Row only_row(const SyncReply& reply) {
  REQUIRE(reply.studios.size() == 1);
  REQUIRE(reply.studios[0].page.rows.size() == 1);
  return must(decode_row(reply.studios[0].page.rows[0]));
}

}  // namespace

TEST_SUITE_BEGIN("server/routes/sync");

TEST_CASE("what one phone pushes another pulls over a real connection") {
  TestServer server;
  const Listening listening(*server);
  httplib::Client client("127.0.0.1", listening.port());
  TestPhone first(1), second(2);
  const auto enrol = [&](TestPhone& phone, const MemberId& member) {
    const auto reply =
        client.Post("/v1/enrol", phone.enrol_body(code_for(server, studio_1, member)), "application/json");
    REQUIRE(reply);
    REQUIRE(reply->status == 200);
    Response response;
    response.body = reply->body;
    phone.token = json_of(response).text_at("token");
  };
  enrol(first, hao);
  enrol(second, mi);
  const auto sync = [&](const TestPhone& phone) {
    const httplib::Headers headers{{"Authorization", "Bearer " + phone.token}};
    const std::string body = phone.body_of(server, phone.request(studio_1));
    const auto reply = client.Post("/v1/sync", headers, body, "application/x-ndjson");
    REQUIRE(reply);
    REQUIRE(reply->status == 200);
    return must(decode_reply(reply->body));
  };
  first.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  const SyncReply pushed = sync(first);
  CHECK(pushed.studios[0].problem.empty());
  CHECK(pushed.studios[0].page.acked_n() == 1);
  CHECK(pushed.kinds_version == 1);
  CHECK(pushed.server_ms == server.now_ms);
  CHECK(pushed.grants.size() == 5);
  const SyncReply pulled = sync(second);
  CHECK(text_of(only_row(pulled), "visit_kind") == "household");
  CHECK(pulled.studios[0].page.digest);
  CHECK(client.Get("/healthz")->status == 200);
}

TEST_CASE("the same push again changes nothing (PROTOCOL 4.1)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  const SyncRequest request = phone.request(studio_1);
  const SyncReply first = phone.sync(server, request), again = phone.sync(server, request);
  CHECK(first.studios[0].page.acked_n() == 1);
  CHECK(again.studios[0].page.acked_n() == 1);
  CHECK(again.studios[0].page.acked->h == first.studios[0].page.acked->h);
  CHECK(again.studios[0].page.cursor.seq == first.studios[0].page.cursor.seq);
}

TEST_CASE("a phone without a token or with a broken envelope is told so") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const std::string body = phone.body_of(server, phone.request(studio_1));
  const char* type = "application/x-ndjson";
  CHECK(server.ask("POST", "/v1/sync", body, "nonsense", type).status == 401);
  CHECK(server.ask("POST", "/v1/sync", body, {}, type).status == 401);
  CHECK(server.ask("POST", "/v1/sync", body, phone.token, "text/plain").status == 415);
  const Response broken = server.ask("POST", "/v1/sync", "{", phone.token, type);
  CHECK(broken.status == 400);
  CHECK(json_of(broken).text_at("code") == "bad_envelope");
}

TEST_CASE("a phone of another version is told which side is to be updated (PROTOCOL 8)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const auto told = [&](const std::string& version) {
    std::string body = phone.body_of(server, phone.request(studio_1));
    const std::string spoken = "\"protocol\":" + std::to_string(protocol_version);
    body.replace(body.find(spoken), spoken.size(), "\"protocol\":" + version);
    const Response response = server.ask("POST", "/v1/sync", body, phone.token, "application/x-ndjson");
    CHECK(response.status == 400);
    return std::string(json_of(response).text_at("code"));
  };
  CHECK(told(std::to_string(protocol_oldest - 1)) == codes::protocol_too_old);
  CHECK(told(std::to_string(protocol_version + 1)) == codes::protocol_too_new);
  CHECK(told("true") == "bad_envelope");
}

TEST_CASE("a studio without a grant is refused and the others are served") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone.record(studio_2, hao, record_id(1), "outreach_visit", visit);
  phone.record(studio_1, hao, record_id(2), "outreach_visit", visit);
  SyncRequest request = phone.request(studio_2);
  request.studios.push_back(phone.request(studio_1).studios[0]);
  StudioRequest nowhere;
  nowhere.studio = *StudioId::parse("00000000-0000-4000-8000-000000000001");
  request.studios.push_back(nowhere);
  const SyncReply reply = phone.sync(server, request);
  CHECK(reply.studios[0].problem == "not_granted");
  CHECK(reply.studios[0].page.acked_n() == 0);
  CHECK(reply.studios[1].problem.empty());
  CHECK(reply.studios[1].page.acked_n() == 1);
  CHECK(reply.studios[2].problem == "not_granted");
}

TEST_CASE("work done before a grant ended is still taken and nothing is given") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  for (const KeptGrant& kept : must(server->grants->all())) {
    if (kept.grant.member == hao) must(server->grants->end(kept.id, server.now_ms));
  }
  server->directory->note_change();
  const SyncReply reply = phone.sync(server, phone.request(studio_1));
  CHECK(reply.studios[0].page.acked_n() == 1);
  CHECK(reply.studios[0].problem == "not_granted");
  CHECK_FALSE(reply.studios[0].page.given);
  CHECK(reply.grants.empty());
}

TEST_CASE("a push whose signature does not fit is not taken") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  SyncRequest request = phone.request(studio_1);
  request.studios[0].push.signature[0] ^= 1;
  const SyncReply reply = phone.sync(server, request);
  CHECK(reply.studios[0].problem == "bad_signature");
  CHECK(reply.studios[0].page.acked_n() == 0);
}

TEST_CASE("reference data comes to every phone and none of them writes it") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const StudioId county = reference_studio_of("990121");
  phone.record(county, hao, record_id(1), "village", {put("name", "我的村")});
  const SyncReply reply = phone.sync(server, phone.request(county));
  CHECK(reply.studios[0].problem.empty());
  CHECK(reply.studios[0].page.acked_n() == 1);
  std::size_t villages = 0, held = 0;
  for (const std::string& text : reply.studios[0].page.rows) {
    const Row row = must(decode_row(text));
    villages += row.kind == "village" && !row.cells.empty() ? 1 : 0;
    held += row.held.size();
  }
  CHECK(villages == 1);
  CHECK(held == 1);
}

TEST_CASE("the server says which of the asked changes it has") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const ChangeId known = phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  const std::string line = phone.request(studio_1).studios[0].push.entries[0].line;
  phone.sync(server, phone.request(studio_1));
  ChangeId unknown = known;
  unknown.bytes[15] = 99;
  SyncRequest request = phone.request(studio_1);
  request.studios[0].asked = {known, unknown};
  const SyncReply reply = phone.sync(server, request);
  REQUIRE(reply.studios[0].known.size() == 1);
  CHECK(reply.studios[0].known[0].id == known);
  CHECK(reply.studios[0].known[0].line == short_hash(sha256(line)));
}

TEST_CASE("a request names each studio once and sixty-four at most are served") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  SyncRequest request = phone.request(studio_1);
  request.studios.push_back(request.studios[0]);
  const Response twice = phone.ask_sync(server, request);
  CHECK(twice.status == 400);
  CHECK(json_of(twice).text_at("code") == "bad_envelope");
  request.studios.clear();
  for (std::uint8_t n = 1; n <= 64; ++n) {
    request.studios.push_back(phone.request(StudioId{record_id(n).bytes}).studios[0]);
  }
  request.studios.push_back(phone.request(studio_1).studios[0]);
  std::swap(request.studios[0], request.studios[64]);
  const SyncReply reply = phone.sync(server, request);
  REQUIRE(reply.studios.size() == 65);
  CHECK(reply.studios[0].problem.empty());
  CHECK(reply.studios[63].problem == "not_granted");
  CHECK(reply.studios[64].problem == "too_many_studios");
}

TEST_CASE("heads of reference data are taken back from a coordinator only (PROTOCOL 6.2)") {
  TestServer server;
  TestPhone reader = phone_of(server, 1, studio_1, hao), keeper = phone_of(server, 2, studio_1, coordinator);
  const StudioId county = reference_studio_of("990121");
  OfferedHead offered{record_id(1), "village", {"name", {}, {}}, {}};
  offered.head.id.bytes = {9, 9};
  offered.head.value = "旧村";
  offered.head.member = coordinator;
  offered.head.role = "coordinator";
  offered.head.clock = Hlc::at(noon_ms - 1000, 0);
  const auto length_after = [&](TestPhone& phone, const std::string& cursor, const std::string& problem) {
    SyncRequest request = phone.request(county);
    request.studios[0].offered = {offered};
    request.studios[0].cursor = cursor;
    CHECK(phone.sync(server, request).studios[0].problem == problem);
    std::size_t lines = 0;
    must(server->store->read(county, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const auto log, snapshot.log_of(offered.record));
      lines = log.size();
      return {};
    }));
    return lines;
  };
  const std::string lost = lost_cursor(county, server->self).text();
  CHECK(length_after(reader, lost, "") == 0);
  CHECK(length_after(keeper, {}, "history_unproved") == 0);
  CHECK(length_after(keeper, lost, "") == 1);
}

TEST_CASE("an official number that two members' phones give back is not given again (PROTOCOL 6.2)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao), other = phone_of(server, 2, studio_1, mi);
  const std::string number = "990121-S01-走访-2026-0007";
  OfferedHead offered{record_id(1), "outreach_visit", {"_official_no", {}, {}}, {}};
  offered.head.id.bytes = {9, 9};
  offered.head.value = number;
  offered.head.member = server->self.member;
  offered.head.clock = Hlc::at(noon_ms - 1000, 0);
  const auto offer_from = [&](TestPhone& from) {
    SyncRequest request = from.request(studio_1);
    request.studios[0].offered = {offered};
    request.studios[0].cursor = lost_cursor(studio_1, server->self).text();
    CHECK(from.sync(server, request).studios[0].problem.empty());
    std::int64_t last = 0;
    must(server->store->write(studio_1, [&](WriteTxn& txn) -> Status {
      LX_TRY(last, txn.number(counted_in(number)->key));
      return {};
    }));
    return last;
  };
  CHECK(offer_from(phone) == 0);  // its word alone moves no count
  CHECK(offer_from(other) == 7);
}

TEST_CASE("a lost phone hands over what it holds and is then told to forget (PROTOCOL 4.6)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
  must(server->devices->set_status(phone.device(), DeviceStatus::lost));
  SyncRequest request = phone.request(studio_1);
  SyncRequest nothing_pushed = request;
  nothing_pushed.studios[0].push.entries.clear();
  const SyncReply before = phone.sync(server, nothing_pushed);
  CHECK_FALSE(before.purge);
  CHECK(before.grants.empty());
  CHECK(before.studios[0].page.rows.empty());
  const SyncReply after = phone.sync(server, request);
  CHECK(after.studios[0].page.acked_n() == 1);
  CHECK(after.studios[0].page.rows.empty());
  CHECK(after.purge);
  const auto held = must(server->lists->held_open(std::span(&studio_1, 1), 10));
  REQUIRE(held.size() == 1);
  CHECK(held[0].line.code == "device_revoked");
}

TEST_CASE("a lost phone is told of a studio that it has no part in what is here of it (PROTOCOL 4.6)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  must(server->devices->set_status(phone.device(), DeviceStatus::lost));
  SyncRequest request = phone.request(studio_1);
  request.studios.push_back(phone.request(studio_2).studios[0]);
  SyncRequest waiting = request;
  waiting.studios[1].last_n = 1;
  CHECK_FALSE(phone.sync(server, waiting).purge);
  const SyncReply reply = phone.sync(server, request);
  CHECK(reply.studios[1].problem == "not_granted");
  CHECK(reply.studios[1].page.acked_n() == 0);
  CHECK(reply.purge);
}

TEST_CASE("one reply stays within its budget over all studios (PROTOCOL 5.2)") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao), other = phone_of(server, 2, studio_1, mi);
  const std::string long_text(900, 'x');
  for (std::uint8_t i = 1; i <= 40; ++i) {
    phone.record(studio_1, hao, record_id(i), "outreach_visit", {put("on_spot_solved", long_text)});
  }
  phone.sync(server, phone.request(studio_1));
  SyncRequest request = other.request(studio_1);
  request.studios[0].bytes_max = 5'000;
  std::size_t rows = 0, pages = 0;
  for (bool more = true; more; ++pages) {
    request.studios[0].cursor = other.cursors[studio_1];
    const SyncReply reply = other.sync(server, request);
    REQUIRE(reply.studios[0].page.given);
    rows += reply.studios[0].page.rows.size();
    more = reply.studios[0].page.more;
    REQUIRE(pages < 100);
  }
  CHECK(rows == 40);
  CHECK(pages > 5);
}

TEST_CASE("what a sync told of its device is kept") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  server.now_ms += 5000;
  SyncRequest request = phone.request(studio_1);
  request.studios[0].last_n = 7;
  phone.sync(server, request);
  const Device device = must(server->devices->all()).at(0);
  CHECK(device.last_sync_ms == server.now_ms);
  CHECK(device.backlog == 7);
  CHECK(device.skew_ms == -5000);
}

TEST_SUITE_END();
