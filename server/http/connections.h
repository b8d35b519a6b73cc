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
#include <memory>

#include "server/http/arrived.h"
#include "server/http/channel.h"
#include "server/http/limits.h"
#include "server/http/workers.h"

namespace lianxin::server {

class Connections {
 public:
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

}  // namespace lianxin::server
