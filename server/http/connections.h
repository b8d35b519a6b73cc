// The sockets of the server: hundreds of phones on slow networks, some of them silent, some of them hostile, in front
// of a pool of threads that do the work.
//
//   accepted -> TLS handshake -> head -> body -> | a worker answers | -> reply sent -> head of the next ... or closed
//        one thread, epoll, never waits          |   serve()        |      one thread
//
// A worker is given a request only when the whole of it is in memory, and is free again as soon as the reply is: a
// phone on two bars of signal holds a few kilobytes, never a thread. The exception is a reply larger than
// reply_bytes_held_max, whose worker waits for the reader (bounded by progress_wait_ms and bytes_per_second_min).
//
// Bounds, and what happens past them (the defaults are in ConnectionLimits): connections in all, and of one client
// (IPv6: of one /64): the newest is closed. A silent one, a handshake or a head that does not come: closed, or 408. A
// body slower than bytes_per_second_min after a grace: 408. Bodies held at a time, of all requests: 503 busy. A request
// whose body was not read to its end is the last of its connection, which is closed once the reply has been taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "server/http/channel.h"
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

class Connections {
 public:
  struct Admission {
    std::size_t body_bytes_max = 0;  // as sent, that is, compressed
    std::optional<Problem> refused;  // the body is not read
  };
  // Says what may follow a head. Called on the one thread that serves all sockets: quick, no waiting.
  using Admit = std::function<Admission(const RequestHead&)>;

  // Writes the whole reply through `write`, and says whether the connection may carry another request. Called on a
  // worker, from many at a time. Must not throw.
  using Serve = std::function<bool(const Arrived&, const WriteBody& write)>;

  // `tls` may be null: plain HTTP. Threads start here.
  Connections(ConnectionLimits limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls, Admit admit,
              Serve serve);
  ~Connections();  // stops
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void add(int socket);  // takes over an accepted socket; any thread

  // Closes what is idle, lets requests at hand end (at most drain_wait_ms on the sockets' side; handlers are always
  // waited for), then joins all threads. Any thread but ours; again does nothing.
  void stop();

  std::size_t open_count() const;  // connections now, for the metrics

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lianxin
