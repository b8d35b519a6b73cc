// A phone beside the server's parts in one process: it asks the routes without a network, and its clock is the
// server's.
#pragma once

#include <lianxin/phone.h>

#include "tests/server/test_server.h"

namespace lianxin::server_test {

class ServerClock final : public PhoneClock {
 public:
  explicit ServerClock(const TestServer& server) : server_(server) {}
  std::int64_t wall_ms() override { return server_.now_ms; }
  std::int64_t boot_ms() override { return server_.now_ms - noon_ms; }
  std::string boot_id() override { return "one boot"; }

 private:
  const TestServer& server_;
};

class DirectTransport final : public Transport {
 public:
  explicit DirectTransport(TestServer& server) : server_(server) {}
  TransportReply call(const TransportRequest& request) override {
    server::Response response =
        server_.ask(request.method, request.path, request.body, request.token, request.content_type);
    return {Delivery::answered, response.status, std::move(response.body), -1, {}};
  }

 private:
  TestServer& server_;
};

}  // namespace lianxin::server_test
