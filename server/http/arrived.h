// A request as it comes over a connection, and what may follow its head.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "server/http/head.h"
#include "server/http/problem.h"

namespace lianxin::server {

// A request as it came: what the peer may send is bounded, what it means has not been looked at.
struct Arrived {
  RequestHead head;                // empty where `refused` came before there was one
  std::string body;                // without chunk framing; still in its Content-Encoding
  std::string remote_address;      // numeric
  std::optional<Problem> refused;  // answer with this; the body, if any, has not been read
  bool keep_alive = true;          // what the reply has to announce
};

struct Admission {
  std::size_t body_bytes_max = 0;  // as sent, that is, compressed
  std::optional<Problem> refused;  // the body is not read
};
// Says what may follow a head. Called on the one thread that serves all sockets: quick, no waiting.
using Admit = std::function<Admission(const RequestHead&)>;

}  // namespace lianxin::server
