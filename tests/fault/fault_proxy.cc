#include "tests/fault/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/fault/passage.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::test {
namespace {

using std::chrono::milliseconds;

constexpr int poll_ms = 50;  // how often the listener looks whether the proxy is to end

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int connected_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

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
    for (const auto& [fault, percent] : {std::pair{Fault::refused, mix.refused},
                                         {Fault::cut_request, mix.cut_request},
                                         {Fault::cut_reply, mix.cut_reply},
                                         {Fault::dropped_reply, mix.dropped_reply},
                                         {Fault::dripped, mix.dripped},
                                         {Fault::delayed, mix.delayed}}) {
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
  const bool listens = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       listen(listener_, 256) == 0 &&
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
