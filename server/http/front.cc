#include "server/http/front.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "schema/assert.h"

namespace lianxin::server {
namespace {

constexpr int tick_ms = 200;  // how late a deadline may be noticed

// Whoever is on another machine and no proxy that is named, where there is no TLS, sends what others could read.
bool is_served(const ConnectionLimits& limits, bool encrypted, const Peer& peer) {
  const auto& only = limits.clear_only_for;
  return encrypted || peer.loopback || !only || std::find(only->begin(), only->end(), peer.address) != only->end();
}

LaneBounds bounds_of_passwords(const ConnectionLimits& limits) {
  constexpr std::size_t threads = 2;  // each verifier takes 32 MiB and some tens of milliseconds of a processor
  return {threads, LaneBounds::any, limits.passwords_waiting_max, limits.passwords_waiting_per_client_max, true};
}

}  // namespace

Front::Front(const ConnectionLimits& limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls, Admit admit,
             TokenOwners owners, Serve serve)
    : limits_(limits),
      tls_(std::move(tls)),
      admit_(std::move(admit)),
      owners_(std::move(owners)),
      serve_(std::move(serve)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      seats_(limits),
      held_(limits),
      handshakes_(
          {2, LaneBounds::any, LaneBounds::any, LaneBounds::any, true},
          [](Connection& c) { c.handshaken = c.channel.handshake(); }, back()),
      lookups_(
          {}, [this](Connection& c) { c.owner = owners_.look_up(c.admission.token); }, back()),
      passwords_(
          bounds_of_passwords(limits), [this](Connection& c) { c.put(serve_(c.arrived)); }, back()),
      requests_(
          {worker_count, limits.working_per_holder_max, LaneBounds::any, LaneBounds::any, false},
          [this](Connection& c) { c.reply.more ? c.put_more() : c.put(serve_(c.arrived)); }, back()) {
  LX_ASSERT(epoll_ >= 0 && wake_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  LX_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0);
  sockets_thread_ = std::thread([this] { run_sockets(); });
  for (Lane* lane : {&handshakes_, &lookups_, &passwords_, &requests_}) lane->start();
}

Front::~Front() {
  stop();
  ::close(epoll_);
  ::close(wake_);
}

void Front::add(int socket) {
  {
    const std::lock_guard lock(mailbox_mutex_);
    accepted_.push_back(socket);
  }
  post_wake();
}

void Front::stop() {
  {
    const std::lock_guard lock(mailbox_mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  post_wake();
  sockets_thread_.join();  // leaves once every connection is closed, so no lane holds one any more
  for (Lane* lane : {&handshakes_, &lookups_, &passwords_, &requests_}) lane->stop();
  for (const int socket : accepted_) ::close(socket);
}

void Front::post_wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(wake_, &one, sizeof one);  // full means it is awake already
}

Lane::Work Front::back() {
  return [this](Connection& c) {
    {
      const std::lock_guard lock(mailbox_mutex_);
      done_.push_back(&c);
    }
    post_wake();
  };
}

void Front::run_sockets() {
  std::array<epoll_event, 256> events{};
  std::int64_t last_look_ms = steady_ms();
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    for (int i = 0; i < count; ++i) {
      const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
      if (socket == wake_) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const ssize_t size = ::read(wake_, &ignored, sizeof ignored);
        continue;
      }
      // Armed once at a time, so a socket comes at most once here, and one that was closed is not in the map.
      if (const auto it = connections_.find(socket); it != connections_.end() && !it->second->away)
        advance(*it->second);
    }
    const bool leaving = take_mail();
    const std::int64_t now = steady_ms();
    wake_resting(now);
    if (now - last_look_ms >= tick_ms) {
      expire(now);
      last_look_ms = now;
    }
    if (leaving && close_idle(now)) return;
  }
}

int Front::wait_ms() const {
  if (resting_.empty()) return tick_ms;
  return static_cast<int>(std::clamp<std::int64_t>(resting_.begin()->first - steady_ms(), 0, tick_ms));
}

void Front::wake_resting(std::int64_t now) {
  while (!resting_.empty() && resting_.begin()->first <= now) {
    const auto connection = connections_.find(resting_.begin()->second);
    resting_.erase(resting_.begin());
    if (connection != connections_.end()) advance(*connection->second);
  }
}

bool Front::take_mail() {
  std::vector<int> sockets;
  std::vector<Connection*> came_back;
  bool leaving = false;
  {
    const std::lock_guard lock(mailbox_mutex_);
    sockets.swap(accepted_);
    came_back.swap(done_);
    leaving = stopping_;
  }
  for (Connection* c : came_back) go_on(*c);
  for (const int socket : sockets) {
    if (leaving) {
      ::close(socket);
    } else {
      admit_socket(socket);
    }
  }
  return leaving;
}

// When stopping: who is not in the middle of a request, and in the end everybody but who is away. True: none is left.
bool Front::close_idle(std::int64_t now) {
  if (!leave_at_ms_) leave_at_ms_ = now + limits_.drain_wait_ms;
  std::vector<Connection*> to_close;
  for (const auto& [socket, c] : connections_) {
    const bool at_work = c->phase == Phase::reply || c->phase == Phase::body;
    if (!c->away && (!at_work || now >= *leave_at_ms_)) to_close.push_back(c.get());
  }
  for (Connection* c : to_close) close(*c);
  return connections_.empty();
}

void Front::admit_socket(int socket) {
  Peer peer = peer_of(socket);
  const bool served = !peer.address.empty() && is_served(limits_, tls_ != nullptr, peer);
  const Seats::Room room = !served ? Seats::Room{} : seats_.room_for(peer);
  if (room.leaves != nullptr) close(*room.leaves);
  if (!room.there) {
    ::close(socket);
    return;
  }
  const int flags = ::fcntl(socket, F_GETFL, 0);
  ::fcntl(socket, F_SETFL, flags | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // whole replies are written at once

  auto made = std::make_unique<Connection>(socket, tls_.get(), std::move(peer));
  Connection& c = *made;
  connections_.emplace(socket, std::move(made));
  seats_.take(c);
  open_ = connections_.size();
  c.enter(Phase::handshake);
  epoll_event event{};
  event.events = EPOLLONESHOT;
  event.data.fd = socket;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
    close(c);
    return;
  }
  advance(c);
}

void Front::close(Connection& c) {
  end_stream(c);
  std::erase_if(resting_, [&](const auto& each) { return each.second == c.channel.socket(); });
  held_.let_go(c);
  seats_.leave(c);
  connections_.erase(c.channel.socket());
  open_ = connections_.size();
}

void Front::expire(std::int64_t now) {
  std::vector<Connection*> late;
  for (const auto& [socket, c] : connections_) {
    if (c->is_late(limits_, now)) late.push_back(c.get());
  }
  for (Connection* c : late) {
    // Told only where there is a request to tell it about; its socket may still fire once, and finds it away.
    const bool in_request = c->phase == Phase::body || (c->phase == Phase::head && !c->in.empty());
    if (in_request) {
      c->refuse(Problem::request_timeout);
      hand_over(*c);
    } else {
      close(*c);
    }
  }
}

}  // namespace lianxin::server
