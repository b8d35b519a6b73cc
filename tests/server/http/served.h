// A real server on a socket of this machine, and what its tests look at.
#pragma once

#include <httplib.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "server/http/http_server.h"
#include "server/http/router.h"

namespace lianxin::server {

inline constexpr std::size_t mib = 1024 * 1024;

Handler says(std::string text);
std::string code_of(std::string_view body);  // of a problem document
std::size_t count_of(std::string_view text, std::string_view what);
std::size_t resident_bytes();  // memory of this process now

// Tokens that a server knows: "tok-ada" is ada's.
TokenOwners some_owners();

// How long it took until GET /hello was answered, at 127.0.0.1; -1: it was not within some seconds.
int hello_ms(int port);

// A server on a free port of 127.0.0.1 with routes that show what arrived.
class Served {
 public:
  explicit Served(HttpOptions options = {});
  ~Served();

  httplib::Client client() const;

  Router router;
  std::atomic<int> handled{0};
  int port = 0;
  std::unique_ptr<HttpServer> server;
  std::thread thread;

 private:
  void add_shared();
};

}  // namespace lianxin::server
