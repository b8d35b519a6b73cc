// What is the HTTP library's: it listens, and it writes the heads of replies. It never reads a byte that a peer sent.
#pragma once

#include <httplib.h>

#include <atomic>

#include "server/http/arrived.h"
#include "server/http/connections.h"

namespace lianxin::server {

// One request on its way through the library, which is told only as much as it needs to write the reply's head, and
// its body where that is this reply's own.
struct Exchange {
  explicit Exchange(const Arrived& from) : arrived(from), keep_alive(from.keep_alive) {}

  const Arrived& arrived;
  Response response;
  Reply reply;
  bool keep_alive;
  bool may_gzip = true;
  bool gzipped = false;
};

class Library : public httplib::Server {
 public:
  Library();
  ~Library() override;

  // Accepted sockets go here; set before listening.
  Connections* connections = nullptr;

  bool deepen_backlog();

  // Unlike the library's stop(), at any time: ends accept(). The socket itself is closed with this object, so that its
  // number cannot meanwhile become that of another file.
  void end_listening();

  // The reply to an exchange, of which the library writes what is this reply's own. Any thread.
  Reply reply_to(Exchange& exchange);

 private:
  bool process_and_close_socket(socket_t socket) override;
  bool write_head(httplib::Stream& stream);

  std::atomic<socket_t> ended_socket_{INVALID_SOCKET};
};

}  // namespace lianxin::server
