// Nobody starves the others: what one peer, or one holder of a token, can take of the server, and that everybody else
// is served meanwhile. Latencies are printed; what fails is far beyond them.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/http/raw_peer.h"
#include "tests/server/http/served.h"

namespace lianxin::server {
namespace {

using Peers = std::vector<std::unique_ptr<RawPeer>>;
constexpr int patience_ms = 3000;

HttpOptions with_owners() {
  HttpOptions options;
  options.owners = some_owners();
  return options;
}

std::string head_of(const std::string& path, std::size_t length, const std::string& token = {}) {
  const std::string shown = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + shown + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string get_of(const std::string& path, const std::string& token = {}) {
  const std::string shown = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + shown + "\r\n";
}

void check_hello(const Served& served, const std::string& meanwhile) {
  const int took = hello_ms(served.port);
  MESSAGE("/hello while " << meanwhile << ": " << took << " ms");
  CHECK(took >= 0);
  CHECK(took < patience_ms);
}

}  // namespace

TEST_SUITE("server/http") {
  TEST_CASE("whoever shows no token that is known is told so before his body comes") {
    Served served(with_owners());
    RawPeer unknown(served.port), none(served.port), open(served.port), known(served.port);
    REQUIRE(unknown.send(head_of("/phone", 4 * mib, "nobodys")));
    const std::string refused = unknown.receive();
    CHECK(refused.starts_with("HTTP/1.1 401"));
    CHECK(refused.find("not_signed_in") != std::string::npos);
    REQUIRE(none.send(head_of("/phone", 4 * mib)));
    CHECK(none.receive().find("token_missing") != std::string::npos);
    REQUIRE(open.send(head_of("/open", open_body_bytes_max + 1)));
    CHECK(open.receive().starts_with("HTTP/1.1 413"));
    REQUIRE(known.send(head_of("/phone", 4 * mib, "tok-ada")));
    CHECK(known.receive(200) == "(silence)");
    REQUIRE(known.send(std::string(4 * mib, 'x')));
    CHECK(known.receive_to("4194304").starts_with("HTTP/1.1 200"));
    CHECK(served.handled == 1);
  }

  TEST_CASE("a body that goes on for ever a byte at a time is cut") {
    HttpOptions options = with_owners();
    options.limits.body_wait_ms = 700;
    Served served(options);
    RawPeer peer(served.port);
    REQUIRE(peer.send(head_of("/phone", 4 * mib, "tok-ada")));
    const auto began = std::chrono::steady_clock::now();
    while (peer.receive(50) == "(silence)" && std::chrono::steady_clock::now() - began < std::chrono::seconds(20)) {
      (void)peer.send("x");
    }
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(took < std::chrono::seconds(10));
    CHECK(served.handled == 0);
  }

  TEST_CASE("one holder's unfinished bodies take his own share and nobody else's") {
    Served served(with_owners());
    const std::size_t before = resident_bytes();
    const std::string most(4 * mib - 1000, 'x');
    Peers peers;
    for (int i = 0; i < 80; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port));
      (void)peers.back()->send(head_of("/phone", 4 * mib, "tok-mallory"));
      (void)peers.back()->send(most);
    }
    check_hello(served, "80 bodies of 4 MiB are unfinished");
    MESSAGE("grown by " << (resident_bytes() - before) / 1024 << " KiB");
    CHECK(resident_bytes() < before + 32 * mib);  // of which this test itself holds 8
    RawPeer honest(served.port);
    REQUIRE(honest.send(head_of("/phone", mib, "tok-ada") + std::string(mib, 'y')));
    CHECK(honest.receive_to("1048576").starts_with("HTTP/1.1 200"));
  }

  TEST_CASE("where there is no room left who holds most gives up, not who comes next") {
    HttpOptions options = with_owners();
    options.limits.held_bytes_max = 3 * mib;
    Served served(options);
    RawPeer big(served.port), small(served.port), next(served.port);
    REQUIRE(small.send(head_of("/phone", mib, "tok-ada") + std::string(mib / 2, 'x')));
    REQUIRE(big.send(head_of("/phone", 4 * mib, "tok-mallory") + std::string(2 * mib, 'x')));
    CHECK(big.receive(300) == "(silence)");
    REQUIRE(next.send(head_of("/phone", mib, "tok-eve") + std::string(mib, 'x')));
    CHECK(next.receive_to("1048576").starts_with("HTTP/1.1 200"));
    CHECK(big.receive().starts_with("HTTP/1.1 503"));
    REQUIRE(small.send(std::string(mib / 2, 'x')));
    CHECK(small.receive_to("1048576").starts_with("HTTP/1.1 200"));
  }

  TEST_CASE("passwords are worked out where nobody else waits for it and no more wait than may") {
    Served served;
    Peers peers;
    for (int i = 0; i < 60; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port, 2 + i / 30));
      REQUIRE(peers.back()->send(head_of("/password", 2) + "{}"));
    }
    check_hello(served, "60 passwords are asked about");
    int answered = 0, told_to_wait = 0;
    for (const auto& peer : peers) {
      const std::string reply = peer->receive_to("\r\n\r\n", 10'000);
      answered += reply.starts_with("HTTP/1.1 200");
      told_to_wait += reply.starts_with("HTTP/1.1 429") && reply.find("Retry-After") != std::string::npos;
    }
    CHECK(answered + told_to_wait == 60);
    CHECK(answered >= 2);
    CHECK(told_to_wait >= 30);
    CHECK(served.handled == answered);
  }

  TEST_CASE("an answer that may tell nothing by its time comes no sooner than said and no thread waits with it") {
    HttpOptions options;
    options.threads = 1;
    Served served(options);
    RawPeer peer(served.port);
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(peer.send(head_of("/password", 2) + "{}"));
    check_hello(served, "an answer rests");
    CHECK(peer.receive_to("no").starts_with("HTTP/1.1 200"));
    CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(390));
  }

  TEST_CASE("readers that do not read hold no thread and little memory") {
    Served served(with_owners());  // four threads
    const std::size_t before = resident_bytes();
    Peers peers;
    for (int i = 0; i < 66; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port, 1, 4096));
      REQUIRE(peers.back()->send(get_of("/huge", "tok-reader" + std::to_string(i))));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    check_hello(served, "66 readers do not read");
    MESSAGE("grown by " << (resident_bytes() - before) / 1024 << " KiB");
    CHECK(resident_bytes() < before + 48 * mib);
  }

  TEST_CASE("a reader who comes back gets the rest of the stream") {
    Served served;
    RawPeer slow(served.port, 1, 4096);
    REQUIRE(slow.send("GET /table HTTP/1.0\r\n\r\n"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    CHECK(count_of(slow.receive(), "x") >= 64 * 65'536);
  }

  TEST_CASE("one holder has so many streams at a time") {
    Served served(with_owners());
    Peers peers;
    for (int i = 0; i < 6; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port, 1, 4096));
      REQUIRE(peers.back()->send(get_of("/table", "tok-ada")));
    }
    int begun = 0, refused = 0;
    for (const auto& peer : peers) {
      const std::string head = peer->receive_to("\r\n");
      begun += head.starts_with("HTTP/1.1 200");
      refused += head.starts_with("HTTP/1.1 429");
    }
    CHECK(begun == 4);
    CHECK(refused == 2);
    RawPeer other(served.port);
    REQUIRE(other.send(get_of("/table", "tok-eve")));
    CHECK(other.receive_to("\r\n").starts_with("HTTP/1.1 200"));
    peers.clear();
    while (served.server->open_connections() > 1) std::this_thread::yield();
    RawPeer again(served.port);
    REQUIRE(again.send(get_of("/table", "tok-ada")));
    CHECK(again.receive_to("\r\n").starts_with("HTTP/1.1 200"));
  }

  TEST_CASE("a reply that is the same for everybody is kept once") {
    Served served;
    const std::size_t before = resident_bytes();
    Peers peers;
    for (int i = 0; i < 200; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port, 1, 4096));
      std::string asked;
      for (int k = 0; k < 50; ++k) asked += get_of("/document");
      REQUIRE(peers.back()->send(asked));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    check_hello(served, "200 peers read none of 50 replies each");
    MESSAGE("grown by " << (resident_bytes() - before) / 1024 << " KiB");
    CHECK(resident_bytes() < before + 16 * mib);
    const auto plain = served.client().Get("/document");
    CHECK(plain->body == std::string(200'000, 'd'));
    const auto packed = served.client().Get("/document", {{"Accept-Encoding", "gzip"}});
    CHECK(packed->get_header_value("Content-Encoding") == "gzip");
    CHECK(packed->body == std::string(200'000, 'd'));
    CHECK(served.client().Head("/document")->get_header_value("Content-Length") == "200000");
  }

  TEST_CASE("when all seats are taken the longest idle one of the fullest address leaves") {
    HttpOptions options = with_owners();
    options.limits.connections_max = 40;  // of which strangers have 36
    Served served(options);
    Peers few, many;
    for (int i = 0; i < 5; ++i) few.push_back(std::make_unique<RawPeer>(served.port, 3));
    for (int i = 0; i < 60; ++i) {
      many.push_back(std::make_unique<RawPeer>(served.port, 2));
      if (i % 20 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    check_hello(served, "all seats are taken");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(served.server->open_connections() <= 36);
    for (const auto& peer : few) CHECK_FALSE(peer->is_closed());
    CHECK(many.front()->is_closed());
    CHECK_FALSE(many.back()->is_closed());
  }

  TEST_CASE("some seats are kept for those whose token is known") {
    HttpOptions options = with_owners();
    options.limits.connections_max = 40;
    Served served(options);
    Peers phones, strangers;
    for (int i = 0; i < 4; ++i) {
      phones.push_back(std::make_unique<RawPeer>(served.port, 2));
      REQUIRE(phones.back()->send(get_of("/hello", "tok-phone" + std::to_string(i))));
      CHECK(phones.back()->receive_to("hello").find("200") != std::string::npos);
    }
    for (int i = 0; i < 100; ++i) strangers.push_back(std::make_unique<RawPeer>(served.port, 3 + i % 50));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (const auto& phone : phones) {
      CHECK_FALSE(phone->is_closed());
      REQUIRE(phone->send(get_of("/hello", "tok-phone")));
      CHECK(phone->receive_to("hello").find("200") != std::string::npos);
    }
  }

  TEST_CASE("one holder's requests wait for his own") {
    HttpOptions options = with_owners();
    options.limits.working_per_holder_max = 2;
    Served served(options);  // four threads
    Peers peers;
    for (int i = 0; i < 20; ++i) {
      peers.push_back(std::make_unique<RawPeer>(served.port));
      REQUIRE(peers.back()->send(get_of("/slow", "tok-mallory")));
    }
    while (served.handled == 0) std::this_thread::yield();
    check_hello(served, "20 slow requests of one holder are at hand");
    CHECK(served.handled <= 10);
  }
}

}  // namespace lianxin::server
