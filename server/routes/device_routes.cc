// Enrolment, re-admission and rekeying: how a phone becomes a device.
#include <algorithm>

#include "schema/json.h"
#include "server/people/granted.h"
#include "server/routes/routes.h"
#include "server/telemetry/log.h"
#include "sync/model/limits.h"
#include "sync/wire/envelope.h"

namespace lianxin::server {
namespace {

constexpr std::size_t enrol_bytes_max = 8 << 10;

template <std::size_t N>
bool read_bytes(std::string_view text, Bytes<N>& out) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != N) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

std::size_t characters_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

const char* word_for(Enrolled::Outcome outcome) {
  switch (outcome) {
    case Enrolled::Outcome::ok: return "ok";
    case Enrolled::Outcome::code_unknown: return "code_unknown";
    case Enrolled::Outcome::code_used: return "code_used";
    case Enrolled::Outcome::bad_signature: return "bad_signature";
    case Enrolled::Outcome::not_allowed: return "forbidden";
    case Enrolled::Outcome::certificate_unknown: return "certificate_unknown";
    case Enrolled::Outcome::nonce_old: return "nonce_old";
  }
  return "";
}

Response refusal(Enrolled::Outcome outcome, const Request& request) {
  switch (outcome) {
    case Enrolled::Outcome::code_unknown: return problem(Problem::code_unknown, request);
    case Enrolled::Outcome::code_used: return problem(Problem::code_used, request);
    case Enrolled::Outcome::bad_signature: return problem(Problem::bad_signature, request);
    case Enrolled::Outcome::certificate_unknown: return problem(Problem::certificate_unknown, request);
    case Enrolled::Outcome::nonce_old: return problem(Problem::bad_request, request, "nonce");
    case Enrolled::Outcome::not_allowed:
    case Enrolled::Outcome::ok: break;
  }
  return problem(Problem::forbidden, request);
}

Response welcome(Moments& moments, const Enrolled& enrolled, const Request& request) {
  const auto moment = moments.now();
  if (!moment) return problem(moment.error(), request);  // the phone asks again and gets the same device
  const Device& device = enrolled.device;
  Value::List studios;
  for (const GrantedStudio& studio : granted_studios(device, *moment->places, moment->now_ms)) {
    studios.push_back(granted_value(studio));
  }
  return json_response(Value::Object{{"device", device.id.text()},
                                     {"member", device.member.text()},
                                     {"member_name", moment->places->name_of(device.member)},
                                     {"token", enrolled.token},
                                     {"certificate", device.certificate},
                                     {"shared", device.shared},
                                     {"studios", std::move(studios)},
                                     {"server_ms", moment->now_ms}});
}

Response enrol(Devices& devices, Moments& moments, const Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error().response;
  Enrolment enrolment;
  enrolment.code = body->text_at("code");
  enrolment.device_name = body->text_at("device_name");
  if (!read_bytes(body->text_at("public_key"), enrolment.key)) {
    return problem(Problem::bad_request, request, "public_key");
  }
  if (!read_bytes(body->text_at("signature"), enrolment.signature)) {
    return problem(Problem::bad_request, request, "signature");
  }
  if (characters_in(enrolment.device_name) > limits::device_name_chars_max) {
    return problem(Problem::bad_request, request, "device_name is longer than device_name_chars_max");
  }
  const auto enrolled = devices.enrol(enrolment, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event("enrol", {{"outcome", word_for(enrolled->outcome)}, {"device", device_id_of(enrolment.key).text()}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return welcome(moments, *enrolled, request);
}

// Asked without a signature it gives the nonce that is to be signed; asked with one, a new token.
Response readmit(Devices& devices, const Moments& moments, const Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error().response;
  Readmission readmission;
  readmission.certificate = body->text_at("certificate");
  readmission.nonce = body->text_at("nonce");
  readmission.device_name = body->text_at("device_name");
  if (readmission.nonce.empty()) {
    return json_response(Value::Object{{"nonce", devices.readmission_nonce(moments.now_ms())}});
  }
  if (!read_bytes(body->text_at("signature"), readmission.signature)) {
    return problem(Problem::bad_request, request, "signature");
  }
  if (characters_in(readmission.device_name) > limits::device_name_chars_max) {
    return problem(Problem::bad_request, request, "device_name is longer than device_name_chars_max");
  }
  const auto enrolled = devices.readmit(readmission, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event("readmit", {{"outcome", word_for(enrolled->outcome)},
                        {"device", enrolled->device.id.text()},
                        {"status", name_of(enrolled->device.status)}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return json_response(Value::Object{{"device", enrolled->device.id.text()}, {"token", enrolled->token}});
}

Response rekey(Devices& devices, const Moments& moments, const Request& request) {
  const auto old = device_of(devices, request);  // a retired one too: the reply to its first asking may have been lost
  if (!old) return old.error().response;
  const auto body = json_body(request);
  if (!body) return body.error().response;
  if (body->text_at("device") != old->id.text()) return problem(Problem::bad_request, request, "device");
  PublicKey key;
  Signature signature;
  if (!read_bytes(body->text_at("public_key"), key)) return problem(Problem::bad_request, request, "public_key");
  if (!read_bytes(body->text_at("signature"), signature)) return problem(Problem::bad_request, request, "signature");
  const auto enrolled = devices.rekey(*old, key, signature, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event("rekey", {{"outcome", word_for(enrolled->outcome)},
                      {"device", device_id_of(key).text()},
                      {"old", old->id.text()}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return json_response(Value::Object{{"device", enrolled->device.id.text()},
                                     {"token", enrolled->token},
                                     {"certificate", enrolled->device.certificate}});
}

}  // namespace

void add_device_routes(Router& router, Devices& devices, Moments& moments) {
  const unsigned flags = route_no_gzip;  // the reply holds a token
  router.add("POST", "/v1/enrol", [&](const Request& r) { return enrol(devices, moments, r); }, enrol_bytes_max, flags);
  router.add("POST", "/v1/readmit", [&](const Request& r) { return readmit(devices, moments, r); }, enrol_bytes_max, flags);
  router.add("POST", "/v1/rekey", [&](const Request& r) { return rekey(devices, moments, r); }, enrol_bytes_max, flags);
}

}  // namespace lianxin::server
