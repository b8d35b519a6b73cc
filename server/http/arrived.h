// What comes over a connection, and within which bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "server/http/head.h"
#include "server/http/problem.h"

namespace lianxin {

struct ConnectionLimits {
  std::size_t connections_max = 4096;  // lowered to what the process may open, less 128 for files
  // A village and its clinic may share one address (carrier-grade NAT), so this is generous.
  std::size_t connections_per_client_max = 256;
  bool loopback_is_one_client = true;  // false where a proxy on this machine stands for every client
  std::size_t body_bytes_held_max = std::size_t{256} * 1024 * 1024;
  std::size_t reply_bytes_held_max = std::size_t{2} * 1024 * 1024;
  std::int64_t head_wait_ms = 15'000;      // from accept, or from a request's first byte, to the end of its head
  std::int64_t idle_wait_ms = 30'000;      // between two requests of a connection
  std::int64_t progress_wait_ms = 20'000;  // the grace before bytes_per_second_min counts, for bodies and for replies
  std::int64_t bytes_per_second_min = 1024;
  std::int64_t linger_wait_ms = 2'000;  // for the peer to take a reply that came before it had sent all
  std::int64_t drain_wait_ms = 5'000;   // for requests at hand when the server stops
  std::size_t requests_per_connection_max = 1000;
};

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

}  // namespace lianxin
