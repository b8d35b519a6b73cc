#include "client-sdk/demo/lossy_line.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

namespace lianxin::demo {
namespace {

// Answers every connection's first bytes with themselves, and counts.
class Echo {
 public:
  Echo() {
    listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening_, 8) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Echo() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  std::uint16_t port() const { return port_; }
  int answered() const { return answered_; }

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept(listening_, nullptr, nullptr);
      if (peer < 0) return;
      char buffer[64];
      const ssize_t size = ::recv(peer, buffer, sizeof buffer, 0);
      if (size > 0) {
        ++answered_;
        if (::send(peer, buffer, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) --answered_;
      }
      ::close(peer);
    }
  }

  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> answered_ = 0;
  std::thread thread_;
};

// What came back over the line; empty: it was cut.
std::string ask(const LossyLine& line, const std::string& text) {
  const std::string address = line.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  REQUIRE(::send(socket, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  char buffer[64];
  const ssize_t size = ::recv(socket, buffer, sizeof buffer, 0);
  ::close(socket);
  return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

TEST_SUITE("demo/lossy_line") {
  TEST_CASE("what is asked is answered") {
    Echo server;
    const LossyLine line(server.port());
    CHECK(ask(line, "on the way") == "on the way");
    CHECK(line.lost() == 0);
  }

  TEST_CASE("a lost reply was answered by the server, and the next one arrives") {
    Echo server;
    LossyLine line(server.port());
    line.lose_next(1);
    CHECK(ask(line, "first").empty());
    CHECK(server.answered() == 1);
    CHECK(line.lost() == 1);
    CHECK(ask(line, "second") == "second");
  }
}

}  // namespace lianxin::demo
