// One call under this phone's token. Where the server does not know the token (it was set back to before this phone was
// enrolled), two requests more come between: the certificate of the enrolment, and a proof of its key, for which it
// gives a new one; then the call is made once more (PROTOCOL 9.3). A sync is signed for a time of the server's: where
// the server says that it is another one, it is signed and sent once more (PROTOCOL 5.1).
#pragma once

#include <optional>

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

class Call {
 public:
  // `phone` must outlive this.
  Call(PhoneCore& phone, Identity who, std::string method, std::string path, std::string body,
       std::string content_type);
  // A sync: `request` as encode_request() makes it.
  static Call sync(PhoneCore& phone, Identity who, std::string request);

  TransportRequest request() const;  // what is to be sent now; the same until its answer is heard

  // Where the server says that it has moved to for good, by this answer (server_address.h).
  std::optional<std::string> moved(const TransportReply& reply) const;

  // The answer to the call itself, or the fate of it; none: request() gives another to be sent first. Where the phone
  // is not admitted again, the answer is the first one, 401.
  std::optional<TransportReply> heard(TransportReply reply);

 private:
  enum class Stage {
    first,  // 401 of our server -> nonce, where there is a certificate; any other answer is the call's
    nonce,  // the certificate is shown; given a nonce -> proof; else the first answer is the call's
    proof,  // the nonce is signed; given a token, which is on disk then -> again; else the first answer is the call's
    again,  // any answer is the call's
  };

  bool has_newer_token(const TransportReply& reply);
  void sign_for(std::int64_t server_ms);
  bool signed_anew(const TransportReply& reply);
  bool note_nonce(const TransportReply& reply);
  bool note_token(const TransportReply& reply);

  PhoneCore* phone_;  // not null
  Identity who_;
  TransportRequest call_;
  std::string unsigned_;                      // of a sync, what its signature is over
  static constexpr int newer_tokens_max = 3;  // as often as others may be ahead: no circle
  int newer_tokens_ = 0;
  bool apart_ = false;  // the server has said once that its time is another
  Stage stage_ = Stage::first;
  std::string nonce_;
  TransportReply first_;  // the answer that began the rest
};

}  // namespace lianxin::client
