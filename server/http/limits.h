// What one server takes on, and how long it waits for whom: see connections.h for what happens past each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lianxin::server {

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

}  // namespace lianxin::server
