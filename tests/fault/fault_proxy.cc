#include "tests/fault/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "tests/sync/seeded_random.h"

namespace lianxin::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t dripped_bytes_max = 1024;  // past them a dripped direction flows: a page must not take an hour
constexpr int poll_ms = 50;                      // how often a quiet connection looks whether the proxy is to end
constexpr int silence_ms = 30;                   // a reply that paused for so long has come whole

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// An end of a connection; closed when this goes.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{10, 0};  // an end that takes nothing for so long is gone
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }

  bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void end_writing() { ::shutdown(fd_, SHUT_WR); }

  void reset() {  // RFC 9293 3.5.2: the other end learns that this was no orderly end
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

 private:
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  int fd_;
};

int connected_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// One connection from its first byte to its end.
class Passage {
 public:
  Passage(Socket& client, Socket& server, const Fate& fate, const std::atomic<bool>& stopping)
      : client_(client), server_(server), fate_(fate), stopping_(stopping) {}

  // Which fault it met in fact.
  Fault run() {
    while (!stopping_ && pump()) {
    }
    return met_;
  }

 private:
  struct Direction {
    Socket& from;
    Socket& to;
    Fault cut_as;       // the fault that ends the connection in this direction
    std::size_t bytes = 0;
    bool open = true;
  };

  // False: it is over.
  bool pump() {
    std::array<pollfd, 2> ends{{{request_.open ? client_.fd() : -1, POLLIN, 0}, {server_.fd(), POLLIN, 0}}};
    const bool dropping = met_ == Fault::dropped_reply;
    const int ready = poll(ends.data(), ends.size(), dropping ? silence_ms : poll_ms);
    if (ready == 0) return !dropping;
    if (ends[0].revents != 0 && !forward(request_)) return false;
    if (ends[1].revents != 0 && !forward(reply_)) return false;
    return reply_.open;
  }

  bool forward(Direction& direction) {
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

  bool cut(Direction& direction, std::string_view bytes) {
    met_ = fate_.fault;
    const std::size_t past = direction.bytes - fate_.at_byte;
    (void)direction.to.send_all(bytes.substr(0, bytes.size() - past));
    if (fate_.reset) {
      client_.reset();
      server_.reset();
    }
    return false;
  }

  bool drip(Direction& direction, std::string_view bytes) {
    met_ = Fault::dripped;
    std::size_t moved = direction.bytes - bytes.size();
    while (!bytes.empty() && moved < dripped_bytes_max && !stopping_) {
      const std::string_view piece = bytes.substr(0, fate_.piece_bytes);
      if (!direction.to.send_all(piece)) return false;
      moved += piece.size();
      bytes.remove_prefix(piece.size());
      std::this_thread::sleep_for(milliseconds(1));
    }
    return direction.to.send_all(bytes);
  }

  void wait() {
    met_ = Fault::delayed;
    std::this_thread::sleep_for(fate_.delay);
  }

  Socket& client_;
  Socket& server_;
  const Fate& fate_;
  const std::atomic<bool>& stopping_;
  Direction request_{client_, server_, Fault::cut_request}, reply_{server_, client_, Fault::cut_reply};
  Fault met_ = Fault::none;
};

}  // namespace

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::none: return "passed";
    case Fault::refused: return "refused";
    case Fault::cut_request: return "request cut";
    case Fault::cut_reply: return "reply cut";
    case Fault::dropped_reply: return "reply dropped";
    case Fault::dripped: return "dripped";
    case Fault::delayed: return "delayed";
  }
  return "";
}

Fates seeded_fates(std::uint64_t seed, const FaultMix& mix) {
  return [seed, mix](std::uint64_t connection) {
    SeededRandom random(seed * 1'000'003 + connection);
    Fate fate;
    fate.at_byte = random.below(std::size_t{1} << random.between(1, 16));
    fate.piece_bytes = 4 + random.below(60);
    fate.delay = milliseconds(random.between(1, 120));
    fate.reset = random.chance(50);
    auto drawn = random.between(0, 99);
    for (const auto& [fault, percent] :
         {std::pair{Fault::refused, mix.refused}, {Fault::cut_request, mix.cut_request},
          {Fault::cut_reply, mix.cut_reply}, {Fault::dropped_reply, mix.dropped_reply},
          {Fault::dripped, mix.dripped}, {Fault::delayed, mix.delayed}}) {
      if (drawn < percent) {
        fate.fault = fault;
        break;
      }
      drawn -= percent;
    }
    return fate;
  };
}

FaultProxy::FaultProxy(int server_port, Fates fates) : server_port_(server_port), fates_(std::move(fates)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool listens = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener_, 256) == 0 &&
                       getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listens) {
    close(listener_);
    throw std::runtime_error("the proxy has no port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

FaultProxy::~FaultProxy() {
  stopping_ = true;
  thread_.join();
  reap(true);
  close(listener_);
}

FaultCounts FaultProxy::counts() const {
  const std::lock_guard lock(counts_mutex_);
  return counts_;
}

void FaultProxy::accept_all() {
  std::uint64_t accepted = 0;
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, poll_ms) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const Fate fate = fates_(accepted++);
    reap(false);
    Line& line = lines_.emplace_back();
    line.thread = std::thread([this, &line, client, fate = calm_ ? Fate{} : fate] {
      serve(client, fate);
      line.done = true;
    });
  }
}

void FaultProxy::serve(int client_fd, const Fate& fate) {
  Socket client(client_fd);
  Fault met = Fault::refused;
  if (fate.fault == Fault::refused) {
    client.reset();
  } else if (const int server_fd = connected_to(server_port_); server_fd < 0) {
    met = Fault::none;
    client.reset();
  } else {
    Socket server(server_fd);
    met = Passage(client, server, fate, stopping_).run();
  }
  const std::lock_guard lock(counts_mutex_);
  ++counts_[static_cast<std::size_t>(met)];
}

void FaultProxy::reap(bool all) {
  for (auto line = lines_.begin(); line != lines_.end();) {
    if (!all && !line->done) {
      ++line;
      continue;
    }
    line->thread.join();
    line = lines_.erase(line);
  }
}

}  // namespace lianxin::test
