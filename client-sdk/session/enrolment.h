// How a phone is admitted, as steps that somebody else carries out: its key and a code of the office for a place among
// the server's devices, then the kinds of record (PROTOCOL 9.1). Asking again with the same code after a lost answer is
// safe: the key is on disk before it is told. Not thread-safe.
#pragma once

#include <optional>

#include "client-sdk/session/call.h"
#include "client-sdk/session/step.h"

namespace lianxin::client {

class Enrolment {
 public:
  // `phone` must outlive this. `server` and `pins` as they were typed.
  Enrolment(PhoneCore& phone, std::string_view server, std::string_view pins, std::string_view code,
            std::string_view device_name);

  // What to do next; the same until heard() was called. Never Wait: one attempt. Done's problems: server_url_wrong,
  // already_enrolled, device_name_too_long, text_malformed, server_moved, not_reached and the like, and what the server
  // says.
  Step next();
  // What came of the last Send. What the answer gives is on disk before the next step; without a Send under way it does
  // nothing.
  void heard(TransportReply reply);

 private:
  Status begin();
  Status take_admission(const TransportReply& answer);

  PhoneCore& phone_;
  Identity who_;  // as far as it is known before the server has answered
  const std::string pins_, code_;
  std::optional<Call> call_;
  bool admitted_ = false;
  std::optional<Done> done_;
};

}  // namespace lianxin::client
