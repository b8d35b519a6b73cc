// One peer's connection: what it has sent, what it is owed, and how long that may take. Waits for nothing; the
// sockets' thread (connections.cc) drives it, and a worker has it to itself while it is being served.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "server/http/arrived.h"
#include "server/http/channel.h"
#include "server/http/head.h"
#include "server/http/limits.h"

namespace lianxin::server {

struct Peer {
  std::string address;  // numeric
  std::string client;   // what the per-client limit counts: the address, or the /64 of an IPv6 one
  bool loopback = false;
};

Peer peer_of(int socket);  // address empty: it has gone already

std::int64_t steady_ms();

// Bytes at this pace, and a grace before it counts.
bool is_too_slow(const ConnectionLimits& limits, std::int64_t elapsed_ms, std::uint64_t bytes);

struct Connection {
  enum class Phase { handshake, head, body, serving, reply, linger };
  enum class Came {
    part,  // more is to come
    body_follows,
    request,  // whole, or refused: a worker's turn
  };

  Connection(int socket, const TlsContext* tls, Peer from) : channel(socket, tls), peer(std::move(from)) {}

  void enter(Phase next);
  void begin_request();
  Io receive();  // reads once into `in`
  Came take_head(const ConnectionLimits& limits, const Admit& admit);
  Came take_body();
  void refuse(Problem why);  // a worker will say so; whatever else came, or comes, is nobody's request
  void begin_serving();      // of the worker, which leaves `phase` alone: the sockets' thread reads it meanwhile
  Io send();                 // once, of what is left of `out`; there must be something
  void begin_linger();
  Io linger();
  bool is_late(const ConnectionLimits& limits, std::int64_t now) const;

  Channel channel;
  Peer peer;
  Phase phase = Phase::handshake;
  std::int64_t phase_began_ms = 0;
  std::size_t requests = 0;
  std::string in;            // came, not yet taken: at most a head and one read
  std::size_t searched = 0;  // of `in`, for the end of the head
  Arrived arrived;
  ChunkedDecoder chunks;
  std::size_t body_bytes_max = 0;
  std::string out;  // of the reply, not yet sent: from out_sent on
  std::size_t out_sent = 0;
  std::uint64_t reply_bytes_sent = 0;
  std::size_t lingered_bytes = 0;
  std::size_t held_bytes = 0;  // of the body, as counted among all
  bool reply_whole = true;
};

}  // namespace lianxin::server
