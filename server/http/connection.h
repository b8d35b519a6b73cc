// One peer's connection: what it has sent, what it is owed, and how long that may take. Waits for nothing; the
// sockets' thread (connections.cc) drives it, and a thread of a lane has it to itself while it is away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "server/http/arrived.h"
#include "server/http/channel.h"
#include "server/http/head.h"
#include "server/http/limits.h"

namespace lianxin::server {

struct Peer {
  std::string address;  // numeric
  std::string client;   // as client_of() the address
  bool loopback = false;
};

Peer peer_of(int socket);  // address empty: it has gone already

// What limits of one client count: a numeric address, or the /64 of an IPv6 one, which is one customer's.
std::string client_of(const std::string& address);

std::int64_t steady_ms();

struct Connection {
  enum class Phase { handshake, head, admission, body, serving, reply, linger };
  enum class Came {
    part,  // more is to come
    head,  // and what may follow it is known
    body_follows,
    request,  // whole, or refused: a worker's turn
  };

  Connection(int socket, const TlsContext* tls, Peer from)
      : channel(socket, tls), peer(std::move(from)), client(peer.client), holder(client) {}

  void enter(Phase next);
  void begin_request();
  Io receive();  // reads once into `in`
  Came take_head(const ConnectionLimits& limits, const Admit& admit);
  Came begin_body();  // after `head`
  Came take_body();
  void refuse(Problem why);  // a worker will say so; whatever else came, or comes, is nobody's request
  void put(Reply reply);     // of the worker, as what follows
  void put_more();           // of the worker: the next piece of its stream
  bool has_to_send() const;  // some of the reply that is here
  Io send();                 // once, of that
  void begin_linger();
  Io linger();
  bool is_late(const ConnectionLimits& limits, std::int64_t now) const;
  std::size_t bytes_kept() const;  // for a peer that has not finished

  Channel channel;
  Peer peer;
  std::string client;  // whose share the request at hand counts in; behind a proxy not the peer's
  std::string holder;  // who shows the token of the request at hand, or `client`
  bool known = false;  // a token that is known has been shown
  bool away = false;   // a thread of a lane has it: nothing but this, `phase` and the three above may be looked at
  Phase phase = Phase::handshake;
  std::int64_t phase_began_ms = 0;
  std::int64_t progress_ms = 0;      // when the peer last did something
  Io handshaken = Io::moved;         // what came of the handshake's last step
  std::optional<std::string> owner;  // what came of looking the token up
  std::size_t requests = 0;
  std::string in;            // came, not yet taken: at most a head and one read
  std::size_t searched = 0;  // of `in`, for the end of the head
  Admission admission;
  Arrived arrived;
  ChunkedDecoder chunks;
  Reply reply;               // what is left of it
  std::size_t out_sent = 0;  // of reply.bytes, and then of reply.shared
  std::uint64_t reply_bytes_sent = 0;
  bool streaming = false;  // counted among the streams of its holder
  std::size_t lingered_bytes = 0;
  std::size_t held_bytes = 0;  // as counted in HeldBytes
};

}  // namespace lianxin::server
