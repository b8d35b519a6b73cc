// The round trip of a phone, and the kinds it works by.
#include <chrono>

#include "schema/json.h"
#include "server/kinds/kinds_folder.h"
#include "server/language/said.h"
#include "server/people/public_address.h"
#include "server/people/renewals.h"
#include "server/routes/sync_answer.h"
#include "server/telemetry/log.h"
#include "sync/model/limits.h"
#include "sync/wire/codes.h"
#include "sync/wire/envelope.h"
#include "sync/wire/signed_request.h"

namespace lianxin::server {
namespace {

constexpr std::string_view sync_type = "application/x-ndjson";

Problem problem_of_request(const Error& error) {
  if (error.code == Errc::out_of_range) return Problem::payload_too_large;
  for (const Problem one :
       {Problem::protocol_too_old, Problem::protocol_too_new, Problem::clock_apart, Problem::bad_signature}) {
    if (text_of(one).code == error.message) return one;
  }
  return Problem::bad_envelope;
}

// Not signed by the device, nothing of it is looked at.
Result<SyncRequest> request_of(const Device& device, std::int64_t now_ms, std::string_view body) {
  LX_TRY(const std::string_view signed_part, request_signed_by(device.key, now_ms, body));
  return decode_request(signed_part);
}

// What cannot be renewed now is renewed with another sync.
void renew(const SyncParts& parts, const Device& device, std::int64_t certificate_ends_ms, SyncReply& reply) {
  auto move = parts.address.announced();
  if (move) reply.move = std::move(*move);
  auto given = parts.renewals.due(device, certificate_ends_ms, reply.server_ms);
  if (!given) {
    log_event(LogLevel::warning, "renewal_failed", {{"device", device.id.text()}, {"reason", given.error().message}});
    return;
  }
  reply.token = std::move(given->token);
  reply.certificate = std::move(given->certificate);
}

DeviceLimits::Asked counted_of(const SyncRequest& request) {
  DeviceLimits::Asked counted;
  for (const StudioRequest& studio : request.studios) {
    counted.lines += studio.push.entries.size();
    for (const PushEntry& entry : studio.push.entries) counted.bytes += entry.line.size();
    counted.from_zero += studio.cursor.empty() && studio.bytes_max > 0;
  }
  return counted;
}

Response come_again(std::int64_t wait_ms, const Request& request) {
  return too_many_requests(wait_ms, request,
                           both("这部手机一小时内同步得太多；记录都还在手机上，稍后会自动再送",
                                "this phone has synced more within the hour than it may; its records are safe on it, "
                                "and it sends them again by itself"));
}

OrRefused<Response> sync(const SyncParts& parts, const Request& request) {
  const auto began = std::chrono::steady_clock::now();
  LX_TRY(Device device, device_of(parts.devices, request));
  if (device.status == DeviceStatus::retired) return refuse(Problem::gone, "the device has taken a new key");
  if (request.content_type != sync_type) return refuse(Problem::unsupported_media_type);
  const std::int64_t now_ms = parts.moments.now_ms();
  auto asked = request_of(device, now_ms, request.body);
  if (!asked) {
    const Problem why = problem_of_request(asked.error());
    // The phone's clock may be anything: it signs by this one, once more.
    Value::Object more;
    if (why == Problem::clock_apart) more.emplace("server_ms", now_ms);
    Response refused = problem(why, request, asked.error().message, std::move(more));
    refused.note = asked.error().message;
    return refused;
  }
  const DeviceLimits::Asked counted = counted_of(*asked);
  LX_TRY(const DeviceId line, parts.devices.first_of(device));
  const DeviceLimits::Turn turn = parts.limits.begin(line, counted, now_ms);
  if (turn.wait_ms > 0) return come_again(turn.wait_ms, request);
  if (turn.without_page) {
    for (StudioRequest& studio : asked->studios) studio.bytes_max = studio.cursor.empty() ? 0 : studio.bytes_max;
  }
  LX_CHECK(parts.renewals.note_used(device, request.bearer_token, now_ms));
  auto reply = answer_sync(parts, device, *asked, {line, counted}, *request.entry);
  if (!reply && reply.error().code == Errc::invalid_argument) {
    return refuse(Problem::bad_envelope, reply.error().message);
  }
  if (!reply) return tl::unexpected(reply.error());
  renew(parts, device, asked->certificate_ends_ms, *reply);
  parts.metrics.sync_took(std::chrono::steady_clock::now() - began);
  return text_response(encode_reply(*reply), std::string(sync_type));
}

// The document in force, and beside it which files of the office are not.
std::string document_of(const Kinds& kinds, const std::vector<WrongKinds>& wrong) {
  auto document = parse_json(kinds.document);
  if (wrong.empty() || !document || !document->object()) return kinds.document;
  Value::List left_out;
  for (const WrongKinds& each : wrong) {
    left_out.push_back(Value::Object{{"file", each.file}, {"wrong", each.wrong}});
  }
  document->object()->insert_or_assign("left_out", std::move(left_out));
  return to_json(*document);
}

// For phones and desks alike: labels and rules, nothing that anybody recorded.
Response kinds(const KindsFolder& folder, const Request& request) {
  const auto kinds = folder.current();
  const std::string etag = "\"kinds-" + std::to_string(kinds->catalog.version) + "\"";
  Response response;
  if (etag_matches(request.if_none_match, etag)) {
    response.status = 304;
  } else {
    response = text_response(document_of(*kinds, folder.left_out()), "application/json");
  }
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "no-cache");  // kept, and asked about each time
  return response;
}

}  // namespace

void add_sync_routes(Router& router, const SyncParts& parts, KindsFolder& folder) {
  router.add("POST", "/v1/sync", answering([parts](const Request& r) { return sync(parts, r); }),
             limits::request_bytes_max, route_device);
  router.add(
      "GET", "/v1/kinds", [&folder](const Request& r) { return kinds(folder, r); }, 0, route_open);
}

}  // namespace lianxin::server
