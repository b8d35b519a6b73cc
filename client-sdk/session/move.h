// How a phone takes its server's new address, as steps that somebody else carries out: whoever answers there shows that
// it is the server of the enrolment (PROTOCOL 9.4), and only then is the address kept. Key, chains and what waits stay
// as they are. Nothing secret is sent. Not thread-safe.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "client-sdk/session/step.h"

namespace lianxin::client {

class Move {
 public:
  // `phone` must outlive this. `pins`: by which the server there is believed; as they were typed.
  Move(PhoneCore& phone, std::string_view server, std::string_view pins)
      : phone_(phone), typed_(server), typed_pins_(pins) {}

  // What to do next; the same until heard() was called. Never Wait: one attempt. Done's problems: server_url_wrong,
  // not_enrolled, purged, other_server, server_moved, not_reached and the like, and what the server says.
  Step next();
  // Without a Send under way it does nothing. The address is on disk before Done is given.
  void heard(TransportReply reply);

 private:
  Status begin();
  Status take(const TransportReply& answer);

  PhoneCore& phone_;
  const std::string typed_, typed_pins_;
  std::string certificate_;
  Bytes<32> challenge_{};
  std::optional<TransportRequest> request_;
  std::optional<Done> done_;
};

}  // namespace lianxin::client
