// The sockets of the server: thousands of phones on slow networks, some of them silent, some of them hostile, in front
// of threads that do the work. One thread has all sockets, in epoll, and never waits; whatever takes longer than a
// glance is done by the threads of a lane (lane.h), to which a connection goes for that while.
//
//   accepted -> TLS handshake -> head -> whose token -> body -> answer -> reply sent -> head of the next ... or closed
//               lane                     lane, unless           lane of    (a stream: the answer's next piece, each
//                                        remembered             requests,   time when the last has been sent)
//                                                               or of passwords
//
// A thread is given a request only when the whole of it is in memory, and is free again as soon as there is a reply, or
// a piece of one: a phone on two bars of signal holds a few kilobytes, never a thread.
//
// Bounds, and what happens past them (the defaults are in ConnectionLimits). Seats in all and of one client (IPv6: of
// one /64): see seats.h. A silent one, a handshake or a head that does not come: closed, or 408. A body that stands
// still, or is not there in the end: 408. Whoever shows no token that is known, where one is asked for: 401 before the
// first byte of the body. Bodies and replies held at a time, of a holder, of a client and in all: see held_bytes.h; a
// body is then answered 503 busy, the reader of a reply closed. Passwords and streams at a time: 429. A request whose
// body was not read to its end is the last of its connection, which is closed once the reply has been taken.
#pragma once

#include <cstddef>
#include <memory>

#include "server/http/arrived.h"
#include "server/http/channel.h"
#include "server/http/limits.h"

namespace lianxin::server {

class Front;

class Connections {
 public:
  // `tls` may be null: plain HTTP. Without `owners` no token is asked for. Threads start here.
  Connections(ConnectionLimits limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls, Admit admit,
              TokenOwners owners, Serve serve);
  ~Connections();  // stops
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void add(int socket);  // takes over an accepted socket; any thread

  // Closes what is idle, lets requests at hand end (at most drain_wait_ms on the sockets' side; handlers are always
  // waited for), then joins all threads. Any thread but ours; again does nothing.
  void stop();

  std::size_t open_count() const;  // connections now, for the metrics

 private:
  std::unique_ptr<Front> front_;
};

}  // namespace lianxin::server
