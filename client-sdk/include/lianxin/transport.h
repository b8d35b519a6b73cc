// Carries bytes to the server and back, and says honestly what it knows about their fate. The SDK brings one over HTTP;
// an app whose phone must use the platform's own network library hands in another.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace lianxin {

enum class Delivery {
  answered,  // `status` and `body` are the server's
  not_sent,  // nothing left the phone
  unknown,   // sent, perhaps taken; no answer came
};

struct TransportRequest {
  std::string method = "POST";
  std::string server;  // https://host:port, without a path
  std::string path;    // /v1/sync
  std::string body, content_type;
  std::string token;  // goes as `Authorization: Bearer`; empty: none
  std::string language = "zh";
  // Of https: who answers is believed by its key, one of these, and by nothing else: each is the SHA-256 of a public
  // key (DER, SubjectPublicKeyInfo) as base64url. Empty: by a certificate for that host that the system trusts.
  std::vector<std::string> pins = {};
  const std::atomic<bool>* cancel = nullptr;  // may be raised while the call runs
};

struct TransportReply {
  Delivery delivery = Delivery::not_sent;
  int status = 0;
  std::string body;
  std::int64_t retry_after_ms = -1;  // as the server asks; -1: it did not
  std::string detail;                // for the log
  std::string content_type = {};     // of the body, as its header says; empty: it says none, or the transport does not
  std::string location = {};         // where a redirect points to; never followed by a transport
  bool untrusted = false;            // not sent: who answered is not who is to be believed
};

class Transport {
 public:
  virtual ~Transport() = default;

  // One attempt. Blocks until it is answered or has failed, on the thread that called enrol() or sync(); from several
  // threads where several phones share it. Never throws: what went wrong is the reply's `delivery`.
  virtual TransportReply call(const TransportRequest& request) = 0;
};

struct HttpOptions {
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t read_timeout_ms = 60'000;  // between two reads: a page on a slow line may take longer than this in all
  std::string ca_file;                    // certificates to trust besides the system's; empty: the system's only
};

}  // namespace lianxin
