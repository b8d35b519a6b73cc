#include "client-sdk/session/enrolment.h"

#include "client-sdk/session/answer.h"
#include "client-sdk/session/fetch_kinds.h"
#include "client-sdk/session/server_address.h"
#include "client-sdk/store/grants.h"
#include "schema/text.h"
#include "sync/model/limits.h"
#include "sync/wire/enrolment.h"

namespace lianxin::client {
Enrolment::Enrolment(PhoneCore& phone, std::string_view server, std::string_view pins, std::string_view code,
                     std::string_view device_name)
    : phone_(phone), pins_(pins), code_(code) {
  who_.server = server;
  who_.device_name = device_name;
}

Step Enrolment::next() {
  if (!done_ && !call_) {
    if (Status begun = begin(); !begun) done_ = Done{problem_of(begun.error())};
  }
  if (done_) return *done_;
  return Send{call_->request()};
}

Status Enrolment::begin() {
  LX_TRY(const std::optional<Identity> known, phone_.db().read([&] { return Meta(phone_.db()).identity(); }));
  if (known) return refuse_with(problem_code::already_enrolled);
  LX_TRY(who_.server, server_address(who_.server));
  LX_TRY(who_.pins, server_pins(who_.server, pins_));
  LX_CHECK(check_text(code_));
  LX_CHECK(check_text(who_.device_name));
  if (character_count(who_.device_name) > limits::device_name_chars_max) {
    return refuse_with(problem_code::device_name_too_long);
  }
  LX_CHECK(phone_.begin_turn());
  LX_TRY(who_.secret, phone_.pending_key(meta_names::enrolling));
  who_.key = public_key_of(who_.secret);
  who_.device = device_id_of(who_.key);
  const EnrolRequest request = enrol_request(who_.secret, code_, who_.device_name);
  call_.emplace(phone_, who_, "POST", "/v1/enrol", to_json(to_value(request)), json_type);
  return {};
}

void Enrolment::heard(TransportReply reply) {
  if (done_ || !call_) return;
  if (const auto elsewhere = call_->moved(reply); elsewhere && !admitted_) {
    done_ = Done{problem_naming(problem_code::server_moved, {*elsewhere, *elsewhere})};
    return;
  }
  const std::optional<TransportReply> answer = call_->heard(std::move(reply));
  if (!answer) return;
  std::optional<Problem> found = problem_in(*answer, json_type);
  if (!found) {
    const Status taken = admitted_ ? take_kinds(phone_, *answer) : take_admission(*answer);
    if (!taken) found = problem_of(taken.error());
  }
  // Without the kinds no form opens; but the enrolment stands, and the first sync fetches them too.
  if (admitted_ && found && found->kind == ProblemKind::network) found.reset();
  if (found || std::exchange(admitted_, true)) done_ = Done{found};
}

Status Enrolment::take_admission(const TransportReply& answer) {
  const std::optional<EnrolReply> given = read_answer(enrol_reply_of, answer);
  if (!given || given->device != who_.device) return refuse_with(problem_code::bad_reply);
  who_.token = given->token;
  who_.certificate = given->certificate;
  who_.member_name = given->member_name;
  who_.shared = given->shared;
  who_.member = who_.current = given->member;
  LX_CHECK(phone_.db().write([&]() -> Status {
    Meta meta(phone_.db());
    meta.set_identity(who_);
    meta.erase(meta_names::enrolling);
    meta.erase(meta_names::purged);
    return Grants(phone_.db()).replace(given->studios);
  }));
  phone_.note_server_ms(given->server_ms, true);
  LX_TRY(call_, kinds_call(phone_));
  return {};
}

}  // namespace lianxin::client
