// Bodies of requests: whole, too long, without end, packed to burst, and what comes after one that is refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "server/http/encoding.h"
#include "tests/server/http/raw_peer.h"
#include "tests/server/http/served.h"

namespace lianxin::server {

TEST_SUITE("server/http") {
  TEST_CASE("a body within the limit arrives whole whatever its framing and encoding") {
    Served served;
    auto client = served.client();
    const std::string text(mib, 'a');
    CHECK(client.Post("/echo", text, "text/plain")->body == "1048576 aaaaaaaaaaaaaaaaaaaa");
    CHECK(client.Put("/echo", gzip(text), "text/plain")->status == 200);
    CHECK(client.Post("/echo", {{"Content-Encoding", "gzip"}}, gzip(text), "text/plain")->body.starts_with("1048576 "));
    const auto chunked = client.Post(
        "/echo",
        [&](std::size_t, httplib::DataSink& sink) {
          sink.write(text.data(), text.size());
          sink.done();
          return true;
        },
        "text/plain");
    REQUIRE(chunked);
    CHECK(chunked->body.starts_with("1048576 "));
    CHECK(client.Delete("/echo")->body == "0 ");
    CHECK(client.Delete("/echo", "abc", "text/plain")->body == "3 abc");
    CHECK(client.Patch("/echo", "abc", "text/plain")->body == "3 abc");
  }

  TEST_CASE("a body past the limit is refused without being taken") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"));
    const std::string reply = peer.receive();  // before one byte of the body
    CHECK(reply.starts_with("HTTP/1.1 413"));
    CHECK(reply.find("payload_too_large") != std::string::npos);
    CHECK(reply.find("1048576") != std::string::npos);
    CHECK(reply.find("Connection: close") != std::string::npos);
    CHECK(served.handled == 0);
  }

  TEST_CASE("a chunked body without end stays out of memory") {
    Served served;
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "10000\r\n" + std::string(65536, 'a') + "\r\n";
    int sent = 0;
    while (sent < 1024 && peer.send(chunk)) ++sent;  // 64 MiB, if it were let
    const std::size_t grown = resident_bytes() - std::min(before, resident_bytes());
    MESSAGE("64 MiB chunked: sent " << sent * 64 << " KiB, grown by " << grown / 1024 << " KiB");
    CHECK(sent < 1024);
    CHECK(served.handled == 0);
    CHECK(grown < 16 * mib);
  }

  TEST_CASE("a chunked body just past the limit is answered with 413") {
    Served served;
    RawPeer peer(served.port);
    static_cast<void>(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\nabc"));
    CHECK(peer.receive().starts_with("HTTP/1.1 413"));
    CHECK(served.handled == 0);
  }

  TEST_CASE("a gzip bomb is refused and the memory stays bounded") {
    Served served;
    const std::string bomb = gzip(std::string(200 * mib, '\0'));
    auto client = served.client();
    CHECK(client.Get("/hello")->status == 200);
    // What is freed may stay with the allocator, so the height is watched while it is happening.
    std::atomic<bool> done{false};
    std::size_t highest = 0;
    const std::size_t before = resident_bytes();
    std::thread watch([&] {
      while (!done) {
        highest = std::max(highest, resident_bytes());
        std::this_thread::yield();
      }
    });
    const auto reply = client.Post("/echo", {{"Content-Encoding", "gzip"}}, bomb, "text/plain");
    done = true;
    watch.join();
    const std::size_t grown = highest - std::min(before, highest);
    MESSAGE("bomb of " << bomb.size() << " bytes: grown by " << grown / 1024 << " KiB");
    REQUIRE(reply);
    CHECK(reply->status == 413);
    CHECK(code_of(reply->body) == "payload_too_large");
    CHECK(served.handled == 0);
    CHECK(grown < 16 * mib);
  }

  TEST_CASE("an unknown content encoding is refused") {
    Served served;
    const auto reply = served.client().Post("/echo", {{"Content-Encoding", "br"}}, "abc", "text/plain");
    REQUIRE(reply);
    CHECK(reply->status == 415);
    CHECK(code_of(reply->body) == "unsupported_encoding");
    CHECK(reply->get_header_value("Accept-Encoding") == "gzip, zstd");
    CHECK(served.handled == 0);
  }

  TEST_CASE("the rest of a refused body is never answered as a request") {
    const std::string hidden = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nDELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const char* head :
         {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
          "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\n"}) {
      CAPTURE(head);
      Served served;
      RawPeer peer(served.port);
      static_cast<void>(peer.send(head + hidden));
      const std::string replies = peer.receive();
      CHECK(count_of(replies, "HTTP/1.1 ") == 1);
      CHECK(replies.starts_with("HTTP/1.1 4"));
      CHECK(served.handled == 0);
    }
  }

  TEST_CASE("bodies beyond what may be held are told to come back") {
    HttpOptions options;
    options.limits.held_bytes_max = 100'000;
    Served served(options);
    auto client = served.client();
    const auto reply = client.Post("/echo", std::string(200'000, 'a'), "text/plain");
    REQUIRE(reply);
    CHECK(reply->status == 503);
    CHECK(reply->has_header("Retry-After"));
    CHECK(client.Post("/echo", "abc", "text/plain")->status == 200);  // nothing stays counted
  }

  TEST_CASE("who waits for a go-ahead gets it or the refusal") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    CHECK(peer.receive(300) == "HTTP/1.1 100 Continue\r\n\r\n(silence)");
    REQUIRE(peer.send("abc"));
    CHECK(peer.receive(300).find("3 abc") != std::string::npos);
    RawPeer other(served.port);
    REQUIRE(other.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n"));
    CHECK(other.receive().starts_with("HTTP/1.1 413"));
  }
}

}  // namespace lianxin::server
