#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "tests/fault/fault_proxy.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>

using namespace lianxin::test;

namespace {

std::string bytes_of(std::size_t size) {
  std::string bytes(size, 0);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i * i % 26);
  return bytes;
}

// What comes until the peer ends or breaks off.
std::string read_to_end(int fd) {
  std::string all;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = recv(fd, buffer, sizeof buffer, 0)) > 0) all.append(buffer, static_cast<std::size_t>(size));
  return all;
}

void send_all(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;
    sent += static_cast<std::size_t>(size);
  }
}

// Takes one connection, reads the request to its end, answers and closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string reply) : reply_(std::move(reply)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener_, 8) == 0);
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { answer(); });
  }
  ~OneAnswer() {
    finish();
    close(listener_);
  }

  int port = 0;
  std::string request;  // what came, once the connection is over
  bool connected = false;
  // Takes what has come by now, however late this thread looks for it, and nothing after.
  void finish() {
    finishing_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void answer() {
    pollfd waiting{listener_, POLLIN, 0};
    for (bool last = false; poll(&waiting, 1, last ? 0 : 20) == 0;) {
      if (last) return;  // nobody came
      last = finishing_;
    }
    const int peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) return;
    connected = true;
    request = read_to_end(peer);
    send_all(peer, reply_);
    close(peer);
  }

  const std::string reply_;
  std::atomic<bool> finishing_ = false;
  int listener_ = -1;
  std::thread thread_;
};

struct Exchange {
  std::string request_there, reply_here;
  bool connected = false;
  FaultCounts counts{};
};

// One request through a proxy with that fate.
Exchange exchange(const Fate& fate, const std::string& request, const std::string& reply, bool calm = false) {
  OneAnswer server(reply);
  Exchange seen;
  {
    FaultProxy proxy(server.port, [&](std::uint64_t) { return fate; });
    if (calm) proxy.calm();
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(proxy.port()));
    REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    send_all(fd, request);
    shutdown(fd, SHUT_WR);
    seen.reply_here = read_to_end(fd);
    close(fd);
    server.finish();
    for (int tries = 0; tries < 500 && seen.counts == FaultCounts{}; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      seen.counts = proxy.counts();
    }
  }
  seen.request_there = server.request;
  seen.connected = server.connected;
  return seen;
}

std::uint64_t counted(const Exchange& seen, Fault fault) { return seen.counts[static_cast<std::size_t>(fault)]; }

}  // namespace

TEST_SUITE("fault/proxy") {
  TEST_CASE("what befalls a connection depends on the seed and its place alone and every fault comes") {
    const Fates fates = seeded_fates(7), again = seeded_fates(7), other = seeded_fates(8);
    FaultCounts counts{};
    int differ = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const Fate fate = fates(i);
      CHECK(again(i).fault == fate.fault);
      CHECK(again(i).at_byte == fate.at_byte);
      differ += other(i).fault != fate.fault ? 1 : 0;
      ++counts[static_cast<std::size_t>(fate.fault)];
    }
    CHECK(differ > 100);
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
      CAPTURE(name_of(static_cast<Fault>(kind)));
      CHECK(counts[kind] > 20);
    }
  }
  TEST_CASE("without a fault every byte passes both ways") {
    const std::string request = bytes_of(300'000), reply = bytes_of(500'001);
    const Exchange seen = exchange({}, request, reply);
    CHECK(seen.request_there == request);
    CHECK(seen.reply_here == reply);
    CHECK(counted(seen, Fault::none) == 1);
  }
  TEST_CASE("a refused connection never reaches the server") {
    const Exchange seen = exchange({.fault = Fault::refused}, "request", "reply");
    CHECK_FALSE(seen.connected);
    CHECK(seen.reply_here.empty());
    CHECK(counted(seen, Fault::refused) == 1);
  }
  TEST_CASE("a request is cut at exactly its byte") {
    const std::string request = bytes_of(40'000);
    for (const std::size_t at_byte : {0u, 1u, 777u, 16'384u, 39'999u}) {
      CAPTURE(at_byte);
      const Exchange seen = exchange({.fault = Fault::cut_request, .at_byte = at_byte}, request, "");
      CHECK(seen.request_there == request.substr(0, at_byte));
      CHECK(seen.reply_here.empty());
      CHECK(counted(seen, Fault::cut_request) == 1);
    }
  }
  TEST_CASE("a reply is cut at exactly its byte after the whole request arrived") {
    const std::string request = bytes_of(3'000), reply = bytes_of(40'000);
    for (const std::size_t at_byte : {0u, 1u, 777u, 16'384u, 39'999u}) {
      CAPTURE(at_byte);
      const Exchange seen = exchange({.fault = Fault::cut_reply, .at_byte = at_byte}, request, reply);
      CHECK(seen.request_there == request);
      CHECK(seen.reply_here == reply.substr(0, at_byte));
      CHECK(counted(seen, Fault::cut_reply) == 1);
    }
  }
  TEST_CASE("a cut whose byte never comes is none") {
    const Exchange seen = exchange({.fault = Fault::cut_reply, .at_byte = 5}, "request", "reply");
    CHECK(seen.reply_here == "reply");
    CHECK(counted(seen, Fault::none) == 1);
  }
  TEST_CASE("a dropped reply leaves the server believing that it answered") {
    const std::string request = bytes_of(3'000);
    const Exchange seen = exchange({.fault = Fault::dropped_reply}, request, bytes_of(100'000));
    CHECK(seen.request_there == request);
    CHECK(seen.reply_here.empty());
    CHECK(counted(seen, Fault::dropped_reply) == 1);
  }
  TEST_CASE("a dripped and a delayed connection take their time and lose nothing") {
    for (const Fault fault : {Fault::dripped, Fault::delayed}) {
      const auto begin = std::chrono::steady_clock::now();
      const Fate fate{.fault = fault, .piece_bytes = 50, .delay = std::chrono::milliseconds(10)};
      const std::string request = bytes_of(2'000), reply = bytes_of(2'000);
      const Exchange seen = exchange(fate, request, reply);
      CHECK(seen.request_there == request);
      CHECK(seen.reply_here == reply);
      CHECK(counted(seen, fault) == 1);
      CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(20));
    }
  }
  TEST_CASE("once calm nothing befalls a connection") {
    const Exchange seen = exchange({.fault = Fault::refused}, "request", "reply", true);
    CHECK(seen.reply_here == "reply");
  }
}
