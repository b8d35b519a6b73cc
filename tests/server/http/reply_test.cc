// What a request is answered with on the wire: status, headers, compression, streams.
#include <doctest/doctest.h>

#include <mutex>
#include <string>

#include "server/http/encoding.h"
#include "server/telemetry/log.h"
#include "tests/server/http/raw_peer.h"
#include "tests/server/http/served.h"

namespace lianxin::server {

TEST_SUITE("server/http") {
  TEST_CASE("a request is answered and the connection kept") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(
        peer.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    const std::string replies = peer.receive();
    CHECK(count_of(replies, "HTTP/1.1 200 OK") == 2);
    CHECK(count_of(replies, "Connection: close") == 1);
    CHECK(replies.ends_with("hello"));
  }

  TEST_CASE("HEAD is answered like GET without the body") {
    Served served;
    auto client = served.client();
    const auto reply = client.Head("/long", {{"Accept-Encoding", "identity"}});
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->get_header_value("Content-Length") == "100000");
    CHECK(reply->body.empty());
    CHECK(client.Head("/stream")->status == 200);
    CHECK(client.Get("/hello")->body == "hello");
  }

  TEST_CASE("an unknown path and a wrong method are problem documents on the wire") {
    Served served;
    auto client = served.client();
    const auto missing = client.Get("/nowhere", {{"Accept-Language", "en"}});
    REQUIRE(missing);
    CHECK(missing->status == 404);
    CHECK(missing->get_header_value("Content-Type") == "application/problem+json");
    CHECK(missing->get_header_value("Content-Language") == "en");
    CHECK(code_of(missing->body) == "not_found");
    const auto wrong = client.Post("/hello", "body", "text/plain");
    REQUIRE(wrong);
    CHECK(wrong->status == 405);
    CHECK(wrong->get_header_value("Allow") == "GET, HEAD, OPTIONS");
    CHECK(code_of(wrong->body) == "method_not_allowed");
  }

  TEST_CASE("what a handler throws is answered without its text") {
    std::mutex mutex;
    std::string lines;
    set_log_sink([&](const std::string& line) {
      const std::lock_guard lock(mutex);
      lines += line + "\n";
    });
    {
      Served served;
      const auto reply = served.client().Get("/throws");
      REQUIRE(reply);
      CHECK(reply->status == 500);
      CHECK(code_of(reply->body) == "internal");
      CHECK(reply->body.find("13800138000") == std::string::npos);
      for (const auto& [name, value] : reply->headers) CHECK(value.find("13800138000") == std::string::npos);
    }
    set_log_sink({});
    CHECK(lines.find("route=/throws") != std::string::npos);
    CHECK(lines.find("runtime_error") != std::string::npos);
    CHECK(lines.find("13800138000") == std::string::npos);
  }

  TEST_CASE("several ranges are refused and one is not heeded") {
    Served served;
    auto client = served.client();
    const auto several = client.Get("/long", {{"Range", "bytes=0-,0-,0-"}});
    REQUIRE(several);
    CHECK(several->status == 416);
    CHECK(code_of(several->body) == "range_not_supported");
    const auto one = client.Get("/long", {{"Range", "bytes=0-9"}});
    REQUIRE(one);
    CHECK(one->status == 200);
    CHECK(one->body.size() == 100'000);
  }

  TEST_CASE("a long reply is compressed for who accepts it") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /long HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"));
    const std::string reply = peer.receive();
    CHECK(reply.find("Content-Encoding: gzip") != std::string::npos);
    CHECK(reply.find("Vary: Accept-Encoding") != std::string::npos);
    CHECK(reply.size() < 1500);
    std::string body = reply.substr(reply.find("\r\n\r\n") + 4);
    REQUIRE(decompress("gzip", mib, body) == Decompressed::done);
    CHECK(body == std::string(100'000, 'x'));
    const auto short_reply = served.client().Get("/hello", {{"Accept-Encoding", "gzip"}});
    CHECK_FALSE(short_reply->has_header("Content-Encoding"));
    CHECK_FALSE(served.client().Get("/secret", {{"Accept-Encoding", "gzip"}})->has_header("Content-Encoding"));
    CHECK_FALSE(served.client().Get("/long", {{"Accept-Encoding", "identity"}})->has_header("Content-Encoding"));
  }

  TEST_CASE("a stream arrives whole plain or compressed") {
    Served served;
    auto client = served.client();
    std::string expected;
    for (int i = 0; i < 10'000; ++i) expected += "row " + std::to_string(i) + "\n";
    const auto plain = client.Get("/stream");
    REQUIRE(plain);
    CHECK(plain->get_header_value("Transfer-Encoding") == "chunked");
    CHECK(plain->body == expected);
    const auto packed = client.Get("/stream", {{"Accept-Encoding", "gzip"}});
    REQUIRE(packed);
    CHECK(packed->get_header_value("Content-Encoding") == "gzip");
    CHECK(packed->body == expected);  // the client unpacks
    RawPeer old(served.port);
    REQUIRE(old.send("GET /stream HTTP/1.0\r\n\r\n"));
    CHECK(old.receive().ends_with(expected));
  }

  TEST_CASE("a stream that fails is seen as cut") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n"));
    const std::string reply = peer.receive();
    CHECK(reply.find("row 1") != std::string::npos);
    CHECK_FALSE(reply.ends_with("0\r\n\r\n"));
    CHECK_FALSE(reply.ends_with("(silence)"));
  }

  TEST_CASE("behind a proxy on this machine the address is the last forwarded one") {
    for (const bool behind : {false, true}) {
      CAPTURE(behind);
      HttpOptions options;
      if (behind) options.proxies = {"127.0.0.1"};
      Served served(options);
      const auto address = [&](const std::string& through) {
        return served.client().Get("/address", {{"X-Forwarded-For", through}})->body;
      };
      CHECK(address("6.6.6.6, 10.1.2.3") == (behind ? "10.1.2.3" : "127.0.0.1"));
      CHECK(address("not an address") == "127.0.0.1");
    }
  }

  TEST_CASE("HTTP 1.0 is answered and closed unless it asks to stay") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n"));
    const std::string replies = peer.receive();
    CHECK(count_of(replies, "200 OK") == 2);
    CHECK(count_of(replies, "Connection: keep-alive") == 1);
    CHECK(replies.ends_with("hello"));
  }
}

}  // namespace lianxin::server
