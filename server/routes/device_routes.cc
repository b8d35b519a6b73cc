// Enrolment, re-admission and rekeying: how a phone becomes a device.
#include "server/language/said.h"
#include "server/people/granted.h"
#include "server/routes/routes.h"
#include "sync/model/limits.h"
#include "sync/wire/envelope.h"

namespace lianxin::server {
namespace {

// How an outcome that is not ok is refused.
struct Told {
  Problem problem;
  const char* detail = "";
};

Told told_of(Enrolled::Outcome outcome) {
  switch (outcome) {
    case Enrolled::Outcome::ok: return {Problem::internal};
    case Enrolled::Outcome::code_unknown: return {Problem::code_unknown};
    case Enrolled::Outcome::code_used: return {Problem::code_used};
    case Enrolled::Outcome::code_locked: return {Problem::code_locked};
    case Enrolled::Outcome::bad_signature: return {Problem::bad_signature};
    case Enrolled::Outcome::not_allowed: break;
    case Enrolled::Outcome::certificate_unknown: return {Problem::certificate_unknown};
    case Enrolled::Outcome::certificate_ended: return {Problem::certificate_ended};
    case Enrolled::Outcome::nonce_old: return {Problem::bad_request, "nonce"};
  }
  return {Problem::forbidden};
}

// Whom the audit log will name: the phone that is a device from now on.
void note_phone(const Request& request, const Device& device) {
  request.entry->by.kind = Actor::Kind::phone;
  request.entry->by.member = device.member;
  request.entry->by.device = device.id;
  request.entry->studio = device.studio;
  request.entry->about = device.id.text();
}

// What sync/wire says of a request that it cannot read, which it says in English.
template <class T>
Result<T> read(Result<T> asked) {
  if (asked || in_both(asked.error().message)) return asked;
  return said(asked.error().code, "请求里缺少一项，或某一项的格式不对；请更新应用后重试", asked.error().message);
}

OrRefused<Response> enrol(Enrolment& enrolment, Moments& moments, Allowances& guesses, const Request& request) {
  if (const std::int64_t wait_ms = guesses.wait_ms(request.client, 1, moments.now_ms()); wait_ms > 0) {
    return too_many_requests(wait_ms, request,
                             both("从这个网络送来的错登记码太多", "too many wrong codes have come from this network"));
  }
  LX_TRY(const Value body, json_body(request));
  LX_TRY(const EnrolRequest asked, read(enrol_request_of(body)));
  LX_TRY(const Enrolled enrolled, enrolment.enrol(asked, moments.now_ms()));
  const Told told = told_of(enrolled.outcome);
  if (enrolled.outcome == Enrolled::Outcome::code_unknown) guesses.spend(request.client, 1, moments.now_ms());
  if (enrolled.outcome != Enrolled::Outcome::ok) return refuse(told.problem, told.detail);
  note_phone(request, enrolled.device);
  LX_TRY(const Moment moment, moments.now());  // where it fails the phone asks again and gets the same device
  const Device& device = enrolled.device;
  return json_response(to_value(EnrolReply{device.id, device.member, moment.places->name_of(device.member),
                                           enrolled.token, device.certificate, device.shared,
                                           granted_studios(device, *moment.places, moment.now_ms), moment.now_ms}));
}

OrRefused<Response> readmit(Enrolment& enrolment, const Moments& moments, const Request& request) {
  LX_TRY(const Value body, json_body(request));
  LX_TRY(const ReadmitRequest asked, read(readmit_request_of(body)));
  if (asked.nonce.empty()) {
    return json_response(to_value(NonceReply{enrolment.readmission_nonce(moments.now_ms())}));
  }
  LX_TRY(const Enrolled enrolled, enrolment.readmit(asked, moments.now_ms()));
  const Told told = told_of(enrolled.outcome);
  if (enrolled.outcome != Enrolled::Outcome::ok) return refuse(told.problem, told.detail);
  note_phone(request, enrolled.device);
  request.entry->add("status", name_of(enrolled.device.status));
  return json_response(to_value(ReadmitReply{enrolled.device.id, enrolled.token}));
}

OrRefused<Response> prove(const Enrolment& enrolment, const Request& request) {
  LX_TRY(const Value body, json_body(request));
  LX_TRY(const ProveRequest asked, prove_request_of(body));
  return json_response(to_value(enrolment.prove(asked)));
}

OrRefused<Response> rekey(Devices& devices, Enrolment& enrolment, const Moments& moments, DeviceLimits& limits,
                          const Request& request) {
  // A retired one too: the reply to its first asking may have been lost.
  LX_TRY(const Device old, device_of(devices, request));
  LX_TRY(const Value body, json_body(request));
  LX_TRY(const RekeyRequest asked, read(rekey_request_of(body)));
  if (asked.device != old.id) return refuse(Problem::bad_request, "device");
  LX_TRY(const DeviceId line, devices.first_of(old));
  if (const std::int64_t wait_ms = limits.take_rekey(line, moments.now_ms()); wait_ms > 0) {
    return too_many_requests(wait_ms, request,
                             both("这部手机一天内换密钥的次数太多，稍后会自动再试",
                                  "this phone has taken too many new keys within a day; it tries again by itself"));
  }
  LX_TRY(const Enrolled enrolled, enrolment.rekey(old, asked, moments.now_ms()));
  const Told told = told_of(enrolled.outcome);
  if (enrolled.outcome != Enrolled::Outcome::ok) return refuse(told.problem, told.detail);
  note_phone(request, enrolled.device);
  request.entry->add("old", old.id.text());
  return json_response(to_value(RekeyReply{enrolled.device.id, enrolled.token, enrolled.device.certificate}));
}

}  // namespace

void add_device_routes(Router& router, Devices& devices, Enrolment& enrolment, Moments& moments, Allowances& guesses,
                       DeviceLimits& limits) {
  const auto add = [&](const char* pattern, unsigned flags, std::function<OrRefused<Response>(const Request&)> answer) {
    // Never compressed: the reply holds a token.
    router.add("POST", pattern, answering(std::move(answer)), limits::enrolment_bytes_max, route_no_gzip | flags);
  };
  add("/v1/enrol", route_open, [&](const Request& r) { return enrol(enrolment, moments, guesses, r); });
  add("/v1/readmit", route_open, [&](const Request& r) { return readmit(enrolment, moments, r); });
  add("/v1/prove", route_open, [&](const Request& r) { return prove(enrolment, r); });
  add("/v1/rekey", route_device, [&](const Request& r) { return rekey(devices, enrolment, moments, limits, r); });
}

}  // namespace lianxin::server
