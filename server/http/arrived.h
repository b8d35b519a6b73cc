// A request as it comes over a connection, what may follow its head, and what goes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

// What is known of a request when its head has come.
struct Admission {
  std::size_t body_bytes_max = 0;  // as sent, that is, compressed
  std::optional<Problem> refused;  // the body is not read
  std::string client;              // whose share it counts in: as Peer::client, behind a proxy that of whom it is for
  std::string token;               // the one it shows; empty: none
  std::optional<Problem> unknown;  // why its body is not read unless that token is known; none: it may be anybody's
  bool password = false;           // its answer takes the work of a password
  bool stream = false;             // its answer is made piece by piece
};
// Called on the one thread that serves all sockets: quick, no waiting. `address` is the peer's.
using Admit = std::function<Admission(const RequestHead&, const std::string& address)>;

// What stands before the value of the session's cookie, where that is asked after in the place of a token.
inline constexpr std::string_view cookie_mark = "cookie ";

// Who shows a token: a text that is the same for all tokens of one device or one person; empty where nobody does.
struct TokenOwners {
  // What is known without waiting; none: look_up() has to be asked. Called on the thread of all sockets.
  std::function<std::optional<std::string>(const std::string& token)> remembered;
  // On a thread that may wait. None where it cannot be told, for instance because the disk fails.
  std::function<std::optional<std::string>(const std::string& token)> look_up;
};

// The bytes of a reply, in the order in which they go out.
struct Reply {
  std::string bytes;
  std::shared_ptr<const std::string> shared;  // one text that many are sent
  NextPiece more;                             // called again and again, each time when the reader has taken what was
  bool keep_alive = false;                    // whether the connection may carry another request
  bool whole = true;                          // false: its reader has to see that it is cut
  std::int64_t at_least_ms = 0;               // as Response::at_least_ms
};
// Called on a worker, from many at a time. Must not throw.
using Serve = std::function<Reply(const Arrived&)>;

}  // namespace lianxin::server
