// Serves a Router over HTTP/1.1 (and 1.0), plain or with TLS. The HTTP library is seen in library.cc alone, and
// there it listens and writes the heads of replies. Sockets, limits and framing are ours
// (connections.h, head.h), because the library's own reading can be made to hold all memory, all threads, or to
// answer requests that nobody sent.
//
// Promises: a handler is called only with a whole request whose body, decompressed, is at most the route's
// body_bytes_max. Every refusal is a problem document (problem.h). What a handler throws becomes `internal`, without
// its text. A reply over 1 KiB of a textual type goes out as gzip where that is welcome. Range is ignored where it asks
// for one range and refused where it asks for several. One line a request in the log, with the route's pattern in
// place of the path, and without the query: people search for names.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/http/connections.h"
#include "server/http/router.h"

namespace lianxin::server {

struct HttpOptions {
  // A request that waits for its group commit holds one thread for a few milliseconds; this many may wait at a time.
  std::size_t threads = 64;

  // PEM files, chain and key; both or neither. Without them the server speaks plain HTTP.
  std::string certificate_file;
  std::string key_file;

  // bind() refuses an address that other machines can reach unless this says that it is meant, and unless there is TLS,
  // here or on the proxy in front.
  bool beyond_loopback = false;

  // Addresses of the proxy that stands in front: where one of these connects, Request::remote_address is the last
  // address of X-Forwarded-For. Nobody else's is believed, and without TLS nobody else on another machine is served.
  // Where it is on this machine the limit of connections per client does not count it.
  std::vector<std::string> proxies;

  // Who shows a token, so that whoever shows none is refused before his body is read; where unset, a route's handler
  // alone decides.
  TokenOwners owners;
  std::string cookie_name;  // of the session's cookie, which stands for a token where none is sent; empty: none does

  // Told of what was refused by its head, before a route's handler was asked; from many threads at a time.
  std::function<void(const Route* route, const Request& request, const Response& refusal)> refused;

  ConnectionLimits limits;
};

class HttpServer {
 public:
  HttpServer(const Router& router, HttpOptions options);  // `router` must outlive this
  ~HttpServer();                                          // run() must have returned
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Once. Port 0 takes a free one; returns the port. Fails with not_allowed for an address beyond loopback (see
  // HttpOptions), invalid_argument for certificate files that do not serve, and unavailable where the address cannot be
  // had, for instance because another process has it.
  Result<int> bind(const std::string& host, int port);

  // Serves until stop(); then ends what is at hand and returns. Once, after bind().
  void run();

  // From any thread (not from a signal handler), also before run(), which then returns at once.
  void stop();

  // After bind(), from one thread at a time: new connections are encrypted with what the certificate files hold now,
  // where that has changed. True: it has. A failure leaves all as it was, and is told once.
  Result<bool> renew_tls();

  std::size_t open_connections() const;  // any thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lianxin::server
