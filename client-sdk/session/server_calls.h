// The calls that are no sync: being admitted, taking a new key, fetching the kinds. Bodies here, bytes in transport/.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

class ServerCalls {
 public:
  ServerCalls(PhoneCore& phone, const std::atomic<bool>* cancel) : phone_(phone), cancel_(cancel) {}

  // One attempt, with the phone's token. Where the server does not know it (it was set back to before this phone was
  // enrolled), once more with the token that it gives for the certificate of the enrolment and a proof of its key.
  TransportReply call(const Identity& who, std::string method, std::string path, std::string body,
                      std::string content_type);

  Expected<void> enrol(const std::string& server, std::string_view code, std::string_view device_name);

  // After a fork: a new key for all studios, vouched for by the old one. The key is on disk before it is told to the
  // server, so that a lost answer is asked for again with the same key.
  Expected<void> rekey();

  Expected<void> fetch_kinds();

 private:
  TransportReply send(const Identity& who, std::string method, std::string path, std::string body,
                      std::string content_type);
  std::optional<Identity> readmit(const Identity& who);  // with the new token, which is on disk; none: not known again

  PhoneCore& phone_;
  const std::atomic<bool>* cancel_;
};

Problem not_answered(const TransportReply& reply);

// Within a write: nothing is sent under the present key any more, which has other chains on the server than here.
void want_new_key(PhoneCore& phone);

}  // namespace lianxin::client
