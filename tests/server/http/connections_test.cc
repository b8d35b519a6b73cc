// Peers that are many, silent, slow or hostile, and a server that begins and stops among them.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/http/raw_peer.h"
#include "tests/server/http/served.h"

namespace lianxin::server {

TEST_SUITE("server/http") {
  TEST_CASE("a head without end is cut off") {
    Served served;
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /hello HTTP/1.1\r\nHost: x\r\nA: "));
    const std::string more(mib, 'a');
    int sent = 0;
    while (sent < 100 && peer.send(more)) ++sent;
    CHECK(sent < 100);
    CHECK(resident_bytes() < before + 16 * mib);
  }

  TEST_CASE("too many header fields are refused") {
    Served served;
    RawPeer peer(served.port);
    std::string head = "GET /hello HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 100; ++i) head += "A: b\r\n";
    REQUIRE(peer.send(head + "\r\n"));
    CHECK(peer.receive().starts_with("HTTP/1.1 431"));
  }

  TEST_CASE("idle and silent connections hold no thread") {
    Served served;  // four threads
    std::vector<std::unique_ptr<RawPeer>> silent;
    for (int i = 0; i < 100; ++i) silent.push_back(std::make_unique<RawPeer>(served.port));
    for (int i = 0; i < 50; ++i) {
      REQUIRE(
          silent[static_cast<std::size_t>(i)]->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    }
    const auto began = std::chrono::steady_clock::now();
    CHECK(served.client().Get("/hello")->status == 200);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
  }

  TEST_CASE("a body that does not come is answered with 408") {
    HttpOptions options;
    options.limits.progress_wait_ms = 300;
    Served served(options);
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    CHECK(peer.receive().starts_with("HTTP/1.1 408"));
    CHECK(served.handled == 0);
  }

  TEST_CASE("a silent connection is closed in the end") {
    HttpOptions options;
    options.limits.head_wait_ms = 300;
    Served served(options);
    RawPeer peer(served.port);
    CHECK(peer.receive().empty());
  }

  TEST_CASE("one client may only have so many connections and its longest idle one leaves") {
    HttpOptions options;
    options.limits.connections_per_client_max = 3;
    Served served(options);
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (std::size_t i = 1; i <= 3; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port));
      while (served.server->open_connections() < i) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // so that one of them is idle longest
    }
    peers.push_back(std::make_unique<RawPeer>(served.port));
    CHECK(peers.front()->receive().empty());
    CHECK(peers.back()->receive(100) == "(silence)");
    CHECK(served.server->open_connections() == 3);
    peers.clear();
    while (served.server->open_connections() > 0) std::this_thread::yield();
    CHECK(served.client().Get("/hello")->status == 200);
  }

  TEST_CASE("a reader who stops reading a long stream holds its thread for a bounded time") {
    HttpOptions options;
    options.threads = 1;
    options.limits.progress_wait_ms = 300;
    Served served(options);
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n"));  // 64 MiB, never read
    CHECK(served.client().Get("/hello")->status == 200);
    CHECK(resident_bytes() < before + 16 * mib);
  }

  TEST_CASE("a server asks for as many open files as its seats need") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit few{std::min<rlim_t>(256, before.rlim_max), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    {
      Served served;
      CHECK(served.client().Get("/hello")->status == 200);  // it serves, so it has asked
      rlimit now{};
      REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
      CHECK(now.rlim_cur == std::min<rlim_t>(HttpOptions{}.limits.connections_max + 128, before.rlim_max));
    }
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  }

  TEST_CASE("a port is had by one server only") {
    Served served;
    Router router;
    HttpServer second(router, {});
    const auto bound = second.bind("127.0.0.1", served.port);
    REQUIRE_FALSE(bound.has_value());
    CHECK(bound.error().code == Errc::unavailable);
  }

  TEST_CASE("an address beyond loopback is refused unless it is meant") {
    Router router;
    for (const char* host : {"0.0.0.0", "::", "192.168.1.1", ""}) {
      CAPTURE(host);
      HttpServer server(router, {});
      const auto bound = server.bind(host, 0);
      REQUIRE_FALSE(bound.has_value());
      CHECK(bound.error().code == Errc::not_allowed);
    }
    HttpOptions meant;
    meant.beyond_loopback = true;
    CHECK(HttpServer(router, meant).bind("0.0.0.0", 0).error().code == Errc::not_allowed);  // in clear
    meant.proxies = {"127.0.0.1"};
    HttpServer server(router, meant);
    CHECK(server.bind("0.0.0.0", 0).has_value());
  }

  TEST_CASE("a server stopped before it runs returns at once") {
    Router router;
    HttpServer server(router, {});
    REQUIRE(server.bind("127.0.0.1", 0).has_value());
    server.stop();
    server.run();
    CHECK(server.open_connections() == 0);
  }

  TEST_CASE("a request at hand is answered while the server stops") {
    auto served = std::make_unique<Served>();
    RawPeer peer(served->port);
    REQUIRE(peer.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    while (served->handled == 0) std::this_thread::yield();
    served.reset();
    CHECK(peer.receive().find("done") != std::string::npos);
  }
}

}  // namespace lianxin::server
