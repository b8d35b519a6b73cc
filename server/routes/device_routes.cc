// Enrolment, re-admission and rekeying: how a phone becomes a device.
#include "server/people/granted.h"
#include "server/routes/routes.h"
#include "server/telemetry/log.h"
#include "sync/model/limits.h"
#include "sync/wire/envelope.h"

namespace lianxin::server {
namespace {

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
  return json_response(to_value(EnrolReply{device.id, device.member, moment->places->name_of(device.member),
                                           enrolled.token, device.certificate, device.shared,
                                           granted_studios(device, *moment->places, moment->now_ms), moment->now_ms}));
}

Response enrol(Enrolment& enrolment, Moments& moments, const Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error().response;
  const auto asked = enrol_request_of(*body);
  if (!asked) return problem(asked.error(), request);
  const auto enrolled = enrolment.enrol(*asked, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event("enrol", {{"outcome", word_for(enrolled->outcome)}, {"device", device_id_of(asked->key).text()}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return welcome(moments, *enrolled, request);
}

Response readmit(Enrolment& enrolment, const Moments& moments, const Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error().response;
  const auto asked = readmit_request_of(*body);
  if (!asked) return problem(asked.error(), request);
  if (asked->nonce.empty()) {
    return json_response(to_value(NonceReply{enrolment.readmission_nonce(moments.now_ms())}));
  }
  const auto enrolled = enrolment.readmit(*asked, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event("readmit", {{"outcome", word_for(enrolled->outcome)},
                        {"device", enrolled->device.id.text()},
                        {"status", name_of(enrolled->device.status)}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return json_response(to_value(ReadmitReply{enrolled->device.id, enrolled->token}));
}

Response rekey(Devices& devices, Enrolment& enrolment, const Moments& moments, const Request& request) {
  const auto old = device_of(devices, request);  // a retired one too: the reply to its first asking may have been lost
  if (!old) return old.error().response;
  const auto body = json_body(request);
  if (!body) return body.error().response;
  const auto asked = rekey_request_of(*body);
  if (!asked) return problem(asked.error(), request);
  if (asked->device != old->id) return problem(Problem::bad_request, request, "device");
  const auto enrolled = enrolment.rekey(*old, *asked, moments.now_ms());
  if (!enrolled) return problem(enrolled.error(), request);
  log_event(
      "rekey",
      {{"outcome", word_for(enrolled->outcome)}, {"device", device_id_of(asked->key).text()}, {"old", old->id.text()}});
  if (enrolled->outcome != Enrolled::Outcome::ok) return refusal(enrolled->outcome, request);
  return json_response(to_value(RekeyReply{enrolled->device.id, enrolled->token, enrolled->device.certificate}));
}

}  // namespace

void add_device_routes(Router& router, Devices& devices, Enrolment& enrolment, Moments& moments) {
  const unsigned flags = route_no_gzip;  // the reply holds a token
  const std::size_t most = limits::enrolment_bytes_max;
  router.add(
      "POST", "/v1/enrol", [&](const Request& r) { return enrol(enrolment, moments, r); }, most, flags);
  router.add(
      "POST", "/v1/readmit", [&](const Request& r) { return readmit(enrolment, moments, r); }, most, flags);
  router.add(
      "POST", "/v1/rekey", [&](const Request& r) { return rekey(devices, enrolment, moments, r); }, most, flags);
}

}  // namespace lianxin::server
