#include "client-sdk/session/move.h"

#include "client-sdk/session/answer.h"
#include "client-sdk/session/server_address.h"
#include "sync/wire/enrolment.h"

namespace lianxin::client {

Step Move::next() {
  if (!done_ && !request_) {
    if (Status begun = begin(); !begun) done_ = Done{problem_of(begun.error())};
  }
  if (done_) return *done_;
  return Send{*request_};
}

Status Move::begin() {
  LX_TRY(const Identity who, phone_.db().read([&] { return phone_.identity(); }));
  TransportRequest request;
  LX_TRY(request.server, server_address(typed_));
  LX_TRY(request.pins, server_pins(request.server, typed_pins_));
  certificate_ = who.certificate;
  phone_.fill(challenge_);
  request.path = "/v1/prove";
  request.body = to_json(to_value(ProveRequest{challenge_}));
  request.content_type = json_type;
  request.language = phone_.language;
  request_ = std::move(request);
  return {};
}

void Move::heard(TransportReply reply) {
  if (done_ || !request_) return;
  std::optional<Problem> found;
  if (const auto further = moved_to(request_->server, request_->path, reply)) {
    found = problem_naming(problem_code::server_moved, {*further, *further});
  } else {
    found = problem_in(reply, json_type);
  }
  if (!found) {
    if (const Status taken = take(reply); !taken) found = problem_of(taken.error());
  }
  done_ = Done{std::move(found)};
}

Status Move::take(const TransportReply& answer) {
  const std::optional<ProveReply> shown = read_answer(prove_reply_of, answer);
  if (!shown) return refuse_with(problem_code::bad_reply);
  if (!proves(*shown, challenge_, certificate_)) return refuse_with(problem_code::other_server);
  return phone_.db().write([&]() -> Status {
    LX_TRY(Identity who, phone_.identity());  // of today: it may have taken a new key meanwhile
    who.server = request_->server;
    who.pins = request_->pins;
    Meta(phone_.db()).set_identity(who);
    return {};
  });
}

}  // namespace lianxin::client
