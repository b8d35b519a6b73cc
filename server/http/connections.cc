#include "server/http/connections.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/assert.h"
#include "server/http/connection.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

using Phase = Connection::Phase;

constexpr int tick_ms = 200;  // how late a deadline may be noticed

// What the process may open, less what databases, backups and whatever else opens files need.
std::size_t connections_allowed(std::size_t wanted) {
  constexpr std::size_t descriptors_kept = 128;
  rlimit may_open{};
  if (::getrlimit(RLIMIT_NOFILE, &may_open) != 0) return wanted;
  const auto all = static_cast<std::size_t>(std::min<rlim_t>(may_open.rlim_cur, 1U << 20));
  const std::size_t ours = all > 2 * descriptors_kept ? all - descriptors_kept : all / 2;
  if (ours >= wanted) return wanted;
  log_event(LogLevel::warning, "http_connections_lowered",
            {{"wanted", std::to_string(wanted)}, {"open_files_allow", std::to_string(ours)}});
  return ours;
}

}  // namespace

struct Connections::Impl {
  Impl(const ConnectionLimits& limits_, std::shared_ptr<TlsContext> tls_, Admit admit_, Serve serve)
      : limits(limits_),
        tls(std::move(tls_)),
        admit(std::move(admit_)),
        workers(limits_, std::move(serve), [this](Connection& c) { take_back(c); }) {}

  ConnectionLimits limits;
  std::shared_ptr<TlsContext> tls;
  Admit admit;
  int epoll = -1;
  int wake = -1;  // an eventfd: something is in the mailbox

  // Of the sockets' thread.
  std::unordered_map<int, std::unique_ptr<Connection>> connections;  // by socket
  std::map<std::string, std::size_t> per_client;
  std::size_t body_bytes_held = 0;
  std::optional<std::int64_t> leave_at_ms;  // when stopping: from then on nobody is waited for
  std::atomic<std::size_t> open{0};

  std::mutex mailbox_mutex;
  std::vector<int> accepted;        // by any thread
  std::vector<Connection*> served;  // by workers
  bool stopping = false;

  Workers workers;
  std::thread sockets_thread;

  void run_sockets();
  bool take_mail();
  bool close_idle(std::int64_t now);
  void admit_socket(int socket);
  bool counts(const Peer& peer) const { return !peer.loopback || limits.loopback_is_one_client; }
  void advance(Connection& c);
  void wait_for(Connection& c, Io io);
  void hold_body(Connection& c);
  void hand_over(Connection& c);
  void expire(std::int64_t now);
  void close(Connection& c);

  void take_back(Connection& c);  // any thread
  void post_wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(wake, &one, sizeof one);  // full means it is awake already
  }
};

void Connections::Impl::run_sockets() {
  std::array<epoll_event, 256> events{};
  std::int64_t last_look_ms = steady_ms();
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), tick_ms);
    for (int i = 0; i < count; ++i) {
      const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
      if (socket == wake) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const ssize_t size = ::read(wake, &ignored, sizeof ignored);
        continue;
      }
      // Armed once at a time, so a socket comes at most once here, and one that was closed is not in the map.
      if (const auto it = connections.find(socket); it != connections.end()) advance(*it->second);
    }
    const bool leaving = take_mail();
    const std::int64_t now = steady_ms();
    if (now - last_look_ms >= tick_ms) {
      expire(now);
      last_look_ms = now;
    }
    if (leaving && close_idle(now)) return;
  }
}

bool Connections::Impl::take_mail() {
  std::vector<int> sockets;
  std::vector<Connection*> back;
  bool leaving = false;
  {
    const std::lock_guard lock(mailbox_mutex);
    sockets.swap(accepted);
    back.swap(served);
    leaving = stopping;
  }
  for (Connection* c : back) {
    std::string().swap(c->arrived.body);
    hold_body(*c);
    c->reply_bytes_sent = 0;
    c->enter(Phase::reply);
    advance(*c);
  }
  for (const int socket : sockets) {
    if (leaving) {
      ::close(socket);
    } else {
      admit_socket(socket);
    }
  }
  return leaving;
}

// When stopping: who is not in the middle of a request, and in the end everybody but a worker's. True: none is left.
bool Connections::Impl::close_idle(std::int64_t now) {
  if (!leave_at_ms) {
    leave_at_ms = now + limits.drain_wait_ms;
    workers.wait_until(*leave_at_ms);
  }
  std::vector<Connection*> to_close;
  for (const auto& [socket, c] : connections) {
    const bool at_work = c->phase == Phase::serving || c->phase == Phase::reply || c->phase == Phase::body;
    if (c->phase != Phase::serving && (!at_work || now >= *leave_at_ms)) to_close.push_back(c.get());
  }
  for (Connection* c : to_close) close(*c);
  return connections.empty();
}

void Connections::Impl::admit_socket(int socket) {
  Peer peer = peer_of(socket);
  const auto of_client = per_client.find(peer.client);
  if (peer.address.empty() || connections.size() >= limits.connections_max ||
      (counts(peer) && of_client != per_client.end() && of_client->second >= limits.connections_per_client_max)) {
    ::close(socket);
    return;
  }
  const int flags = ::fcntl(socket, F_GETFL, 0);
  ::fcntl(socket, F_SETFL, flags | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // whole replies are written at once

  if (counts(peer)) ++per_client[peer.client];
  auto made = std::make_unique<Connection>(socket, tls.get(), std::move(peer));
  Connection& c = *made;
  connections.emplace(socket, std::move(made));
  open = connections.size();
  c.enter(Phase::handshake);
  epoll_event event{};
  event.events = EPOLLONESHOT;
  event.data.fd = socket;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0) {
    close(c);
    return;
  }
  advance(c);
}

void Connections::Impl::wait_for(Connection& c, Io io) {
  epoll_event event{};
  event.events = EPOLLONESHOT | (io == Io::wants_write ? EPOLLOUT : EPOLLIN | EPOLLRDHUP);
  event.data.fd = c.channel.socket();
  if (::epoll_ctl(epoll, EPOLL_CTL_MOD, c.channel.socket(), &event) != 0) close(c);
}

void Connections::Impl::close(Connection& c) {
  if (const auto it = per_client.find(c.peer.client); it != per_client.end()) {
    if (counts(c.peer) && --it->second == 0) per_client.erase(it);
  }
  body_bytes_held -= c.held_bytes;
  connections.erase(c.channel.socket());
  open = connections.size();
}

// Goes on with a connection until it has to wait, belongs to a worker, or is closed.
void Connections::Impl::advance(Connection& c) {
  for (;;) {
    Io io = Io::moved;
    switch (c.phase) {
      case Phase::handshake:
        io = c.channel.handshake();
        if (io == Io::moved) c.phase = Phase::head;
        break;
      case Phase::head: {
        const Connection::Came came = c.take_head(limits, admit);
        if (came == Connection::Came::request) return hand_over(c);
        if (came == Connection::Came::part) io = c.receive();
        break;
      }
      case Phase::body: {
        const Connection::Came came = c.take_body();
        hold_body(c);
        if (came == Connection::Came::request && c.arrived.refused) return hand_over(c);
        if (body_bytes_held > limits.body_bytes_held_max) {
          c.refuse(Problem::busy);
          return hand_over(c);
        }
        if (came == Connection::Came::request) return hand_over(c);
        io = c.receive();
        break;
      }
      case Phase::serving: return;
      case Phase::reply:
        if (c.out_sent < c.out.size()) {
          io = c.send();
        } else if (c.arrived.keep_alive) {
          c.begin_request();
        } else {
          c.begin_linger();
        }
        break;
      case Phase::linger: io = c.linger(); break;
    }
    if (io == Io::moved) continue;
    return io == Io::ended ? close(c) : wait_for(c, io);
  }
}

void Connections::Impl::hold_body(Connection& c) {
  body_bytes_held += c.arrived.body.size() - c.held_bytes;
  c.held_bytes = c.arrived.body.size();
}

void Connections::Impl::hand_over(Connection& c) {
  hold_body(c);
  c.phase = Phase::serving;
  c.arrived.remote_address = c.peer.address;
  workers.take(c);
}

void Connections::Impl::expire(std::int64_t now) {
  std::vector<Connection*> late;
  for (const auto& [socket, c] : connections) {
    if (c->is_late(limits, now)) late.push_back(c.get());
  }
  for (Connection* c : late) {
    // Told only where there is a request to tell it about; its socket may still fire once, and finds it being served.
    const bool in_request = c->phase == Phase::body || (c->phase == Phase::head && !c->in.empty());
    if (in_request) {
      c->refuse(Problem::request_timeout);
      hand_over(*c);
    } else {
      close(*c);
    }
  }
}

void Connections::Impl::take_back(Connection& c) {
  {
    const std::lock_guard lock(mailbox_mutex);
    served.push_back(&c);
  }
  post_wake();
}

Connections::Connections(ConnectionLimits limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls,
                         Admit admit, Serve serve) {
  limits.connections_max = connections_allowed(limits.connections_max);
  impl_ = std::make_unique<Impl>(limits, std::move(tls), std::move(admit), std::move(serve));
  impl_->epoll = ::epoll_create1(EPOLL_CLOEXEC);
  impl_->wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  LX_ASSERT(impl_->epoll >= 0 && impl_->wake >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = impl_->wake;
  LX_ASSERT(::epoll_ctl(impl_->epoll, EPOLL_CTL_ADD, impl_->wake, &event) == 0);
  impl_->sockets_thread = std::thread([impl = impl_.get()] { impl->run_sockets(); });
  impl_->workers.start(worker_count);
}

Connections::~Connections() {
  stop();
  ::close(impl_->epoll);
  ::close(impl_->wake);
}

void Connections::add(int socket) {
  {
    const std::lock_guard lock(impl_->mailbox_mutex);
    impl_->accepted.push_back(socket);
  }
  impl_->post_wake();
}

void Connections::stop() {
  {
    const std::lock_guard lock(impl_->mailbox_mutex);
    if (std::exchange(impl_->stopping, true)) return;
  }
  impl_->post_wake();
  impl_->sockets_thread.join();  // leaves once every connection is closed, so no worker holds one any more
  impl_->workers.stop();
  for (const int socket : impl_->accepted) ::close(socket);
}

std::size_t Connections::open_count() const { return impl_->open; }

}  // namespace lianxin::server
