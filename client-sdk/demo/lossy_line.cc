#include "client-sdk/demo/lossy_line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace lianxin::demo {
namespace {

constexpr int look_every_ms = 100;  // how soon a relay notices that the demo ends

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void at_once(int socket) {  // small messages leave without waiting for more
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    at_once(socket);
    return socket;
  }
  ::close(socket);
  return -1;
}

}  // namespace

LossyLine::LossyLine(std::uint16_t port) : server_port_(port) {
  listen_on_loopback();
  accepting_ = std::thread([this] { accept_all(); });
}

LossyLine::~LossyLine() {
  ending_ = true;
  accepting_.join();
  for (std::thread& relay : relays_) relay.join();
  ::close(listening_);
}

std::string LossyLine::address() const { return "http://127.0.0.1:" + std::to_string(own_port_); }

void LossyLine::listen_on_loopback() {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listening_ < 0 || ::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listening_, 64) != 0 || ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on the loopback could be had");
  }
  own_port_ = ntohs(address.sin_port);
}

void LossyLine::accept_all() {
  while (!ending_) {
    pollfd waiting{listening_, POLLIN, 0};
    if (::poll(&waiting, 1, look_every_ms) <= 0) continue;
    const int phone = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (phone < 0) continue;
    at_once(phone);
    relays_.emplace_back([this, phone] { relay(phone); });
  }
}

bool LossyLine::answer_is_lost() {
  int left = to_lose_;
  while (left > 0) {
    if (to_lose_.compare_exchange_weak(left, left - 1)) {
      ++lost_;
      return true;
    }
  }
  return false;
}

void LossyLine::relay(int phone) {
  const int server = connect_to(server_port_);
  std::array<char, 16384> buffer;
  bool asked = false;  // something of a request went on since the last answer
  std::array<pollfd, 2> ends{{{phone, POLLIN, 0}, {server, POLLIN, 0}}};
  while (server >= 0 && !ending_) {
    if (::poll(ends.data(), ends.size(), look_every_ms) <= 0) continue;
    if (ends[0].revents != 0) {
      const ssize_t size = ::recv(phone, buffer.data(), buffer.size(), 0);
      if (size <= 0 || !send_all(server, buffer.data(), static_cast<std::size_t>(size))) break;
      asked = true;
    }
    if (ends[1].revents != 0) {
      const ssize_t size = ::recv(server, buffer.data(), buffer.size(), 0);
      if (size <= 0) break;
      if (asked && answer_is_lost()) break;
      asked = false;
      if (!send_all(phone, buffer.data(), static_cast<std::size_t>(size))) break;
    }
  }
  if (server >= 0) ::close(server);
  ::close(phone);
}

}  // namespace lianxin::demo
