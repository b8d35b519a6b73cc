// What one server takes on, and how long it waits for whom: see connections.h for what happens past each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lianxin::server {

struct ConnectionLimits {
  // 5,000 phones that wait in silence, and as many again of a fifth of that number; lowered to what the process may
  // open, less 128 for files.
  std::size_t connections_max = 6000;
  // Of the seats one in so many is kept for those who have shown a token that is known here.
  std::size_t seats_kept_one_in = 10;
  // A village and its clinic may share one address (carrier-grade NAT), so this is generous.
  std::size_t connections_per_client_max = 256;
  bool loopback_is_one_client = true;  // false where a proxy on this machine stands for every client
  // Where there is no TLS: the addresses of other machines that are served. Others are closed without a byte; unset,
  // all are served.
  std::optional<std::vector<std::string>> clear_only_for;

  // Bytes kept for peers that have not finished: bodies that have not all come, replies that have not all gone. One
  // holder (an owner of a token, or a client without one) has room for two of the largest bodies, and an address for
  // a dozen phones that send such at a time; a phone sends a hundredth of that as a rule.
  std::size_t held_bytes_max = std::size_t{128} * 1024 * 1024;
  std::size_t held_bytes_per_client_max = std::size_t{48} * 1024 * 1024;
  std::size_t held_bytes_per_holder_max = std::size_t{9} * 1024 * 1024;

  // Replies that are made piece by piece, of one holder at a time: each reads from the database again and again.
  std::size_t streams_per_holder_max = 4;

  // Requests of one holder that are worked on at a time; the others wait their turn. Fewer than the database has
  // connections to read by (SqliteOptions): whoever asks for what takes long leaves some of them to the others.
  std::size_t working_per_holder_max = 4;
  // Of requests that check a password: so many wait for the two threads that do, and of one client's so many.
  std::size_t passwords_waiting_max = 16;
  std::size_t passwords_waiting_per_client_max = 12;

  std::int64_t head_wait_ms = 15'000;        // from accept, or from a request's first byte, to the end of its head
  std::int64_t idle_wait_ms = 30'000;        // between two requests of a connection
  std::int64_t progress_wait_ms = 20'000;    // for another byte of a body, or for a reader to take another of a reply
  std::int64_t body_wait_ms = 120'000;       // for the whole of a body, however long it is
  std::int64_t bytes_per_second_min = 1024;  // of a reply, once progress_wait_ms have passed
  std::int64_t linger_wait_ms = 2'000;       // for the peer to take a reply that came before it had sent all
  std::int64_t drain_wait_ms = 5'000;        // for requests at hand when the server stops
  std::size_t requests_per_connection_max = 1000;
};

// What a route that asks for no token reads of a stranger.
inline constexpr std::size_t open_body_bytes_max = 8 * 1024;

// A piece of a stream, and so what a reader who does not read makes the server keep.
inline constexpr std::size_t stream_piece_bytes = 64 * 1024;

}  // namespace lianxin::server
