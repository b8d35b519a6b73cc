// Which handler answers a method and a path. Pure: no socket, no thread of its own.
//
// A pattern is a path whose segments may be captures: "/v1/records/{id}". The last may take the rest of the path,
// slashes included: "/console/{file...}". A literal segment is preferred to a capture, a capture to a rest. A path is
// split before it is decoded, so that "%2F" never makes a segment.
//
// A route below /v1 names the parameters of its query. One that it does not name, or names once and is given twice, is
// refused before the handler: what was asked for would else be left out of the answer in silence. Probes and pages
// elsewhere take any query, and read none.
//
// Add every route before the server runs; from then on all functions are const and may be called from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace lianxin::server {

using Handler = std::function<Response(const Request&)>;

// Or-ed together.
enum RouteFlag : unsigned {
  route_plain = 0,
  route_quiet = 1,      // answered without a line in the log: probes come every few seconds
  route_no_gzip = 2,    // never compressed: the body joins a secret with what the asker chose (BREACH)
  route_open = 4,       // asks for no token: its body is at most open_body_bytes_max (limits.h)
  route_device = 8,     // of phones, which always send a token: where it is gone a new one would go the same way
  route_password = 16,  // checks or makes a password's verifier: its work is done where phones do not wait for it
  route_stream = 32,    // answers with a stream
};

struct Route {
  std::string method;  // upper case; a GET route answers HEAD too
  std::string pattern;
  Handler handler;                 // called from many threads at a time
  std::size_t body_bytes_max = 0;  // decompressed; a longer body is refused unread with payload_too_large
  unsigned flags = route_plain;
  std::vector<std::string> parameters;  // that its query may have
};

class Router {
 public:
  void add(std::string method, std::string pattern, Handler handler, std::size_t body_bytes_max = 0,
           unsigned flags = route_plain, std::vector<std::string> parameters = {});

  // Called in place of a route's handler, which it calls: what is done about every answer is done there. Once, at most.
  using Around = std::function<Response(const Route& route, const Request& request)>;
  void around(Around around);

  struct Match {
    const Route* route = nullptr;  // lives as long as the router; nullptr where none matches
    NamedTexts captures;
    std::string allow;  // where the path is known but the method is not: the methods it takes, such as "GET, HEAD"
  };
  Match find(std::string_view method, std::string_view path) const;

  // Answers with the route's handler (`request.captures` filled in), or bad_request for a parameter that it does not
  // have, or not_found, or method_not_allowed with Allow.
  // OPTIONS on a known path is answered with Allow. What a handler throws passes through.
  Response answer(Request request) const;
  Response answer(const Match& match, Request request) const;  // the same, where find() has been called

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;
    std::string rank;  // one letter a segment: literal, capture, rest; the smallest of those that match wins
  };
  std::vector<Entry> entries_;
  Around around_;
};

}  // namespace lianxin::server
