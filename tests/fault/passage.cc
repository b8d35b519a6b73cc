#include "tests/fault/passage.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace lianxin::test {
namespace {

constexpr std::size_t dripped_bytes_max = 1024;  // past them a dripped direction flows: a page must not take an hour
constexpr int poll_ms = 50;                      // how often a quiet connection looks whether the proxy is to end
constexpr int silence_ms = 30;                   // a reply that paused for so long has come whole

}  // namespace

Socket::Socket(int fd) : fd_(fd) {
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{10, 0};  // an end that takes nothing for so long is gone
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Socket::~Socket() { close(); }

bool Socket::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Socket::end_writing() { ::shutdown(fd_, SHUT_WR); }

void Socket::reset() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Fault Passage::run() {
  while (!stopping_ && pump()) {
  }
  return met_;
}

bool Passage::pump() {
  std::array<pollfd, 2> ends{{{request_.open ? client_.fd() : -1, POLLIN, 0}, {server_.fd(), POLLIN, 0}}};
  const bool dropping = met_ == Fault::dropped_reply;
  const int ready = poll(ends.data(), ends.size(), dropping ? silence_ms : poll_ms);
  if (ready == 0) return !dropping;
  if (ends[0].revents != 0 && !forward(request_)) return false;
  if (ends[1].revents != 0 && !forward(reply_)) return false;
  return reply_.open;
}

bool Passage::forward(Direction& direction) {
  std::array<char, 16384> buffer;
  const ssize_t size = recv(direction.from.fd(), buffer.data(), buffer.size(), 0);
  if (size <= 0) {
    direction.open = false;
    direction.to.end_writing();
    return size == 0;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
  const bool first = direction.bytes == 0;
  direction.bytes += bytes.size();
  if (fate_.fault == Fault::delayed && first) wait();
  if (fate_.fault == Fault::dripped) return drip(direction, bytes);
  if (fate_.fault == direction.cut_as && direction.bytes > fate_.at_byte) return cut(direction, bytes);
  if (fate_.fault == Fault::dropped_reply && &direction == &reply_) {
    met_ = Fault::dropped_reply;
    return true;
  }
  return direction.to.send_all(bytes);
}

bool Passage::cut(Direction& direction, std::string_view bytes) {
  met_ = fate_.fault;
  const std::size_t past = direction.bytes - fate_.at_byte;
  (void)direction.to.send_all(bytes.substr(0, bytes.size() - past));
  if (fate_.reset) {
    client_.reset();
    server_.reset();
  }
  return false;
}

bool Passage::drip(Direction& direction, std::string_view bytes) {
  met_ = Fault::dripped;
  std::size_t moved = direction.bytes - bytes.size();
  while (!bytes.empty() && moved < dripped_bytes_max && !stopping_) {
    const std::string_view piece = bytes.substr(0, fate_.piece_bytes);
    if (!direction.to.send_all(piece)) return false;
    moved += piece.size();
    bytes.remove_prefix(piece.size());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return direction.to.send_all(bytes);
}

void Passage::wait() {
  met_ = Fault::delayed;
  std::this_thread::sleep_for(fate_.delay);
}

}  // namespace lianxin::test
