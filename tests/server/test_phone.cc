#include "tests/server/test_phone.h"

#include "schema/json.h"
#include "server/people/devices.h"
#include "sync/model/chain.h"
#include "sync/wire/envelope.h"
#include "sync/wire/signed_request.h"

namespace lianxin::server_test {

using namespace server;

TestPhone::TestPhone(std::uint8_t seed) { secret_.fill(seed); }

std::string TestPhone::enrol_body(const std::string& code) const {
  return to_json(to_value(enrol_request(secret_, code, "测试机")));
}

Response TestPhone::enrol(TestServer& server, const std::string& code) {
  Response response = server.ask("POST", "/v1/enrol", enrol_body(code));
  if (response.status == 200) token = json_of(response).text_at("token");
  return response;
}

Response TestPhone::rekey(TestServer& server, const TestPhone& next) const {
  return server.ask("POST", "/v1/rekey", to_json(to_value(rekey_request(secret_, next.key()))), token);
}

Response TestPhone::readmit(TestServer& server, std::string_view certificate, std::string_view nonce) const {
  return server.ask("POST", "/v1/readmit", to_json(to_value(readmit_request(secret_, certificate, nonce, "测试机"))));
}

ChangeId TestPhone::record(const StudioId& studio, const MemberId& member, const RecordId& record,
                           const std::string& kind, std::vector<Write> writes, const std::string& reason) {
  Change change;
  change.id.bytes[0] = secret_[0];
  change.id.bytes[15] = ++changes_;
  change.studio = studio;
  change.record = record;
  change.kind = kind;
  change.member = member;
  change.claimed = Hlc::at(claims_ms, changes_);
  change.made = {claims_ms, 1000, claims_ms == noon_ms ? "boot" : "another boot"};
  change.kinds_version = kinds_version;
  change.reason = reason;
  change.writes = std::move(writes);
  Log& log = logs_[studio];
  if (log.h.empty()) log.h.push_back(chain_start(studio, key()));
  log.lines.push_back(line_of(change));
  log.h.push_back(chain_next(log.h.back(), sha256(log.lines.back())));
  return change.id;
}

SyncRequest TestPhone::request(const StudioId& studio) const {
  SyncRequest request;
  request.clocks = {noon_ms, 2000, "boot"};
  request.kinds_version = 1;
  StudioRequest part;
  part.studio = studio;
  part.bytes_max = 1 << 20;
  if (const auto cursor = cursors.find(studio); cursor != cursors.end()) part.cursor = cursor->second;
  if (const auto found = logs_.find(studio); found != logs_.end()) {
    const Log& log = found->second;
    const auto from = static_cast<std::size_t>(log.acked_n);
    part.last_n = static_cast<N>(log.lines.size());
    part.push.first_n = log.acked_n + 1;
    part.push.before = log.h[from];
    for (std::size_t i = from; i < log.lines.size(); ++i) part.push.entries.push_back({log.lines[i], std::nullopt});
    part.push.signature = sign(secret_, push_message(device(), studio, part.push.first_n, log.h.back()));
  }
  request.studios.push_back(std::move(part));
  return request;
}

std::string TestPhone::body_of(const TestServer& server, const SyncRequest& request) const {
  return body_at(server.now_ms, request);
}

std::string TestPhone::body_at(std::int64_t at_ms, const SyncRequest& request) const {
  return signed_request({device(), secret_}, at_ms, encode_request(request));
}

Response TestPhone::ask_sync(TestServer& server, const SyncRequest& request) const {
  return server.ask("POST", "/v1/sync", body_of(server, request), token, "application/x-ndjson");
}

SyncReply TestPhone::sync(TestServer& server, const SyncRequest& request) {
  const Response response = ask_sync(server, request);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  SyncReply reply = must(decode_reply(response.body));
  for (const StudioReply& studio : reply.studios) {
    logs_[studio.studio].acked_n = studio.page.acked_n();
    if (logs_[studio.studio].h.empty()) logs_[studio.studio].h.push_back(chain_start(studio.studio, key()));
    if (studio.page.given) cursors[studio.studio] = studio.page.cursor.text();
  }
  return reply;
}

RecordId record_id(std::uint8_t number) {
  RecordId id;
  id.bytes[0] = 0x77;
  id.bytes[15] = number;
  return id;
}

Write put(const std::string& field, Value value) { return {{field, {}, {}}, Op::put, std::move(value), {}, {}, {}}; }

std::string code_for(TestServer& server, const StudioId& studio, const MemberId& member, bool shared) {
  return must(server->enrolment->issue_code(
      {studio, member, shared, "test", server.now_ms, server.now_ms + 7LL * 24 * 60 * 60 * 1000}));
}

TestPhone phone_of(TestServer& server, std::uint8_t seed, const StudioId& studio, const MemberId& member, bool shared) {
  TestPhone phone(seed);
  const Response response = phone.enrol(server, code_for(server, studio, member, shared));
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  return phone;
}

}  // namespace lianxin::server_test
