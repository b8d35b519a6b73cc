#include "server/http/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/assert.h"
#include "server/log.h"

namespace lianxin {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t linger_bytes_max = std::size_t{16} * 1024 * 1024;
constexpr int tick_ms = 200;  // how late a deadline may be noticed
constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();

std::int64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

struct Peer {
  std::string address;  // numeric
  std::string client;   // what the per-client limit counts: the address, or the /64 of an IPv6 one
  bool loopback = false;
};

Peer peer_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  std::array<char, INET6_ADDRSTRLEN> text{};
  Peer peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return peer;
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    peer.loopback = (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
    peer.client = text.data();
  } else if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    peer.loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    peer.client.assign(reinterpret_cast<const char*>(&v6.sin6_addr), IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) ? 16 : 8);
  }
  peer.address = text.data();
  return peer;
}

enum class Phase { handshake, head, body, serving, reply, linger };

// Belongs to the sockets' thread, but to one worker while it is being served. Handing it over is done under a mutex.
struct Connection {
  Connection(int socket, const TlsContext* tls, Peer from) : channel(socket, tls), peer(std::move(from)) {}

  Channel channel;
  Peer peer;
  Phase phase = Phase::handshake;
  std::int64_t phase_began_ms = 0;
  std::size_t requests = 0;
  std::string in;            // came, not yet taken: at most a head and one read
  std::size_t searched = 0;  // of `in`, for the end of the head
  Arrived arrived;
  ChunkedDecoder chunks;
  std::size_t body_bytes_max = 0;
  std::string out;  // of the reply, not yet sent: from out_sent on
  std::size_t out_sent = 0;
  std::uint64_t reply_bytes_sent = 0;
  std::size_t lingered_bytes = 0;
  std::size_t held_bytes = 0;  // counted in Impl::body_bytes_held
  bool reply_whole = true;
};

}  // namespace

struct Connections::Impl {
  Impl(ConnectionLimits limits_, std::shared_ptr<TlsContext> tls_, Admit admit_, Serve serve_)
      : limits(limits_), tls(std::move(tls_)), admit(std::move(admit_)), serve(std::move(serve_)) {}

  ConnectionLimits limits;
  std::shared_ptr<TlsContext> tls;
  Admit admit;
  Serve serve;
  int epoll = -1;
  int wake = -1;  // an eventfd: something is in `mailbox`

  // Of the sockets' thread.
  std::unordered_map<int, std::unique_ptr<Connection>> connections;  // by socket
  std::map<std::string, std::size_t> per_client;
  std::size_t body_bytes_held = 0;
  std::atomic<std::size_t> open{0};
  std::atomic<std::int64_t> leave_at_ms{never_ms};  // when stopping: from then on nobody is waited for

  std::mutex mailbox_mutex;
  std::vector<int> accepted;        // by any thread
  std::vector<Connection*> served;  // by workers
  bool stopping = false;

  std::mutex queue_mutex;
  std::condition_variable queue_filled;
  std::deque<Connection*> queue;  // at most as many as there are connections
  bool workers_leave = false;

  std::thread sockets_thread;
  std::vector<std::thread> workers;

  void run_sockets();
  bool take_mail();
  void admit_socket(int socket);
  void advance(Connection& c);
  void expire(std::int64_t now);

  bool receive(Connection& c, Io& io);
  bool step_head(Connection& c);
  bool step_body(Connection& c);
  void refuse(Connection& c, Problem why);
  void begin_request(Connection& c);
  void hold_body(Connection& c);
  void hand_over(Connection& c);
  void after_serving(Connection& c);
  void begin_linger(Connection& c);
  void wait_for(Connection& c, Io io);
  void close(Connection& c);

  void run_worker();
  bool write_now(Connection& c);
  void post_wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(wake, &one, sizeof one);  // full means it is awake already
  }
};

// ---- The sockets' thread ----

void Connections::Impl::run_sockets() {
  std::array<epoll_event, 256> events{};
  std::int64_t last_look_ms = now_ms();
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
    const std::int64_t now = now_ms();
    if (now - last_look_ms >= tick_ms) {
      expire(now);
      last_look_ms = now;
    }
    if (!leaving) continue;

    if (leave_at_ms == never_ms) leave_at_ms = now + limits.drain_wait_ms;
    std::vector<Connection*> to_close;
    for (const auto& [socket, c] : connections) {
      const bool at_work = c->phase == Phase::serving || c->phase == Phase::reply || c->phase == Phase::body;
      if (c->phase != Phase::serving && (!at_work || now >= leave_at_ms)) to_close.push_back(c.get());
    }
    for (Connection* c : to_close) close(*c);
    if (connections.empty()) return;
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
  for (Connection* c : back) after_serving(*c);
  for (const int socket : sockets) {
    if (leaving) {
      ::close(socket);
    } else {
      admit_socket(socket);
    }
  }
  return leaving;
}

void Connections::Impl::admit_socket(int socket) {
  Peer peer = peer_of(socket);
  const bool counted = !peer.loopback || limits.loopback_is_one_client;
  const auto of_client = per_client.find(peer.client);
  if (peer.address.empty() || connections.size() >= limits.connections_max ||
      (counted && of_client != per_client.end() && of_client->second >= limits.connections_per_client_max)) {
    ::close(socket);
    return;
  }
  const int flags = ::fcntl(socket, F_GETFL, 0);
  ::fcntl(socket, F_SETFL, flags | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // whole replies are written at once

  if (counted) ++per_client[peer.client];
  auto made = std::make_unique<Connection>(socket, tls.get(), std::move(peer));
  Connection& c = *made;
  connections.emplace(socket, std::move(made));
  open = connections.size();
  c.phase_began_ms = now_ms();
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
    const bool counted = !c.peer.loopback || limits.loopback_is_one_client;
    if (counted && --it->second == 0) per_client.erase(it);
  }
  body_bytes_held -= c.held_bytes;
  connections.erase(c.channel.socket());
  open = connections.size();
}

// Reads once into `in`. False where there is nothing to go on with: then the connection waits, or is gone.
bool Connections::Impl::receive(Connection& c, Io& io) {
  std::array<char, read_bytes> buffer;
  std::size_t count = 0;
  io = c.channel.read(buffer, count);
  if (io == Io::moved) c.in.append(buffer.data(), count);
  return io == Io::moved;
}

// Goes on with a connection until it has to wait, belongs to a worker, or is closed.
void Connections::Impl::advance(Connection& c) {
  for (;;) {
    Io io = Io::moved;
    switch (c.phase) {
      case Phase::handshake:
        io = c.channel.handshake();
        if (io == Io::moved) {
          c.phase = Phase::head;
          continue;
        }
        break;
      case Phase::head:
        if (step_head(c)) return;
        if (c.phase != Phase::head) continue;
        if (c.in.empty() && c.requests > 0) {
          if (!receive(c, io)) break;
          c.phase_began_ms = now_ms();  // the first byte of another request: its head is due
          continue;
        }
        if (receive(c, io)) continue;
        break;
      case Phase::body:
        if (step_body(c)) return;
        if (receive(c, io)) continue;
        break;
      case Phase::serving: return;
      case Phase::reply: {
        const std::string_view rest = std::string_view(c.out).substr(c.out_sent);
        if (rest.empty()) {
          if (!c.arrived.keep_alive) {
            begin_linger(c);
            continue;
          }
          begin_request(c);
          continue;
        }
        std::size_t count = 0;
        io = c.channel.write(rest, count);
        c.out_sent += count;
        c.reply_bytes_sent += count;
        if (io == Io::moved) continue;
        break;
      }
      case Phase::linger: {
        // Straight from the socket: what comes is not looked at, encrypted or not.
        std::array<char, read_bytes> buffer;
        const ssize_t size = ::recv(c.channel.socket(), buffer.data(), buffer.size(), 0);
        if (size > 0) c.lingered_bytes += static_cast<std::size_t>(size);
        if (size > 0 && c.lingered_bytes <= linger_bytes_max) continue;
        io = size < 0 && (errno == EAGAIN || errno == EINTR) ? Io::wants_read : Io::ended;
        break;
      }
    }
    if (io == Io::ended) {
      close(c);
    } else {
      wait_for(c, io);
    }
    return;
  }
}

void Connections::Impl::begin_request(Connection& c) {
  c.phase = Phase::head;
  c.phase_began_ms = now_ms();
  c.arrived = Arrived{};
  c.chunks = ChunkedDecoder{};
  c.searched = 0;
  std::string().swap(c.out);  // gives the memory back: an idle phone should cost little
  c.out_sent = 0;
  c.reply_bytes_sent = 0;
  ++c.requests;
  if (c.in.empty()) std::string().swap(c.in);
}

// True where the connection has gone to a worker.
bool Connections::Impl::step_head(Connection& c) {
  const std::size_t end = end_of_head(c.in, c.searched);
  c.searched = c.in.size();
  if (end == std::string::npos) {
    if (c.in.size() <= head_bytes_max) return false;
    refuse(c, Problem::head_too_large);
    return true;
  }
  auto head = parse_head(std::string_view(c.in).substr(0, end));
  c.in.erase(0, end);
  if (!head) {
    refuse(c, head.error());
    return true;
  }
  c.arrived.head = std::move(*head);
  const RequestHead& h = c.arrived.head;
  const Admission admission = admit(h);
  const bool has_body = h.framing != RequestHead::Framing::none;
  c.arrived.keep_alive = h.keep_alive && c.requests + 1 < limits.requests_per_connection_max;
  c.body_bytes_max = admission.body_bytes_max;
  auto refused = admission.refused;
  if (!refused && h.framing == RequestHead::Framing::length && h.content_length > c.body_bytes_max) {
    refused = Problem::payload_too_large;
  }
  if (refused && has_body) {
    refuse(c, *refused);
    return true;
  }
  c.arrived.refused = refused;
  if (!has_body) {
    hand_over(c);
    return true;
  }
  if (h.expects_continue && c.in.empty()) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    std::size_t count = 0;
    if (c.channel.write(go_on, count) != Io::moved || count != go_on.size()) {
      // An empty send buffer takes 25 bytes at once; if not, this peer is not worth a state of its own.
      refuse(c, Problem::request_timeout);
      return true;
    }
  }
  c.phase = Phase::body;
  c.phase_began_ms = now_ms();
  return false;
}

bool Connections::Impl::step_body(Connection& c) {
  Arrived& a = c.arrived;
  bool done = false;
  if (a.head.framing == RequestHead::Framing::length) {
    if (a.body.empty()) a.body.reserve(std::min<std::size_t>(a.head.content_length, read_bytes));
    const std::size_t size = std::min<std::size_t>(a.head.content_length - a.body.size(), c.in.size());
    a.body.append(c.in, 0, size);
    c.in.erase(0, size);
    done = a.body.size() == a.head.content_length;
  } else {
    switch (c.chunks.take(c.in, a.body, c.body_bytes_max)) {
      case ChunkedDecoder::Step::needs_more: break;
      case ChunkedDecoder::Step::done: done = true; break;
      case ChunkedDecoder::Step::malformed: refuse(c, Problem::bad_request); return true;
      case ChunkedDecoder::Step::too_large: refuse(c, Problem::payload_too_large); return true;
    }
  }
  hold_body(c);
  if (body_bytes_held > limits.body_bytes_held_max) {
    refuse(c, Problem::busy);
    return true;
  }
  if (done) hand_over(c);
  return done;
}

void Connections::Impl::hold_body(Connection& c) {
  body_bytes_held += c.arrived.body.size() - c.held_bytes;
  c.held_bytes = c.arrived.body.size();
}

// A worker will say so; whatever else came, or comes, on this connection is nobody's request.
void Connections::Impl::refuse(Connection& c, Problem why) {
  c.arrived.refused = why;
  c.arrived.keep_alive = false;
  std::string().swap(c.arrived.body);
  std::string().swap(c.in);
  hold_body(c);
  hand_over(c);
}

void Connections::Impl::hand_over(Connection& c) {
  c.phase = Phase::serving;
  c.arrived.remote_address = c.peer.address;
  {
    const std::lock_guard lock(queue_mutex);
    queue.push_back(&c);
  }
  queue_filled.notify_one();
}

void Connections::Impl::after_serving(Connection& c) {
  std::string().swap(c.arrived.body);
  hold_body(c);
  c.phase = Phase::reply;
  c.phase_began_ms = now_ms();
  c.reply_bytes_sent = 0;
  advance(c);
}

// Closing a socket with unread bytes resets it, and the peer may lose the reply that says why. So the end is said, and
// what still comes is thrown away for a moment.
void Connections::Impl::begin_linger(Connection& c) {
  c.channel.end_writing(c.reply_whole);
  c.phase = Phase::linger;
  c.phase_began_ms = now_ms();
}

void Connections::Impl::expire(std::int64_t now) {
  const auto too_slow = [&](std::int64_t elapsed_ms, std::uint64_t bytes) {
    return elapsed_ms > limits.progress_wait_ms + static_cast<std::int64_t>(bytes) * 1000 / limits.bytes_per_second_min;
  };
  std::vector<Connection*> late;
  for (const auto& [socket, c] : connections) {
    if (c->phase == Phase::serving) continue;  // a worker's, clock included
    const std::int64_t elapsed = now - c->phase_began_ms;
    bool is_late = false;
    switch (c->phase) {
      case Phase::handshake: is_late = elapsed > limits.head_wait_ms; break;
      case Phase::head:
        is_late = elapsed > (c->in.empty() && c->requests > 0 ? limits.idle_wait_ms : limits.head_wait_ms);
        break;
      case Phase::body: is_late = too_slow(elapsed, c->arrived.body.size()); break;
      case Phase::serving: break;
      case Phase::reply: is_late = too_slow(elapsed, c->reply_bytes_sent); break;
      case Phase::linger: is_late = elapsed > limits.linger_wait_ms; break;
    }
    if (is_late) late.push_back(c.get());
  }
  for (Connection* c : late) {
    // Told only where there is a request to tell it about; its socket may still fire once, and finds it being served.
    const bool in_request = c->phase == Phase::body || (c->phase == Phase::head && !c->in.empty());
    if (in_request) {
      refuse(*c, Problem::request_timeout);
    } else {
      close(*c);
    }
  }
}

// ---- The workers ----

// Sends what is in `out`, waiting for the reader where it must. False where the reader is gone or too slow.
bool Connections::Impl::write_now(Connection& c) {
  std::int64_t moved_at = now_ms();
  while (c.out_sent < c.out.size()) {
    std::size_t count = 0;
    const Io io = c.channel.write(std::string_view(c.out).substr(c.out_sent), count);
    if (io == Io::ended) return false;
    if (io == Io::moved) {
      c.out_sent += count;
      c.reply_bytes_sent += count;
      moved_at = now_ms();
      const std::int64_t allowed = static_cast<std::int64_t>(c.reply_bytes_sent) * 1000 / limits.bytes_per_second_min;
      if (moved_at - c.phase_began_ms > limits.progress_wait_ms + allowed) return false;
      continue;
    }
    const std::int64_t now = now_ms();
    if (now >= moved_at + limits.progress_wait_ms || now >= leave_at_ms) return false;
    pollfd waiting{c.channel.socket(), static_cast<short>(io == Io::wants_write ? POLLOUT : POLLIN), 0};
    ::poll(&waiting, 1, tick_ms);
  }
  c.out.clear();
  c.out_sent = 0;
  return true;
}

void Connections::Impl::run_worker() {
  for (;;) {
    Connection* c = nullptr;
    {
      std::unique_lock lock(queue_mutex);
      queue_filled.wait(lock, [&] { return workers_leave || !queue.empty(); });
      if (queue.empty()) return;
      c = queue.front();
      queue.pop_front();
    }
    bool reader_there = true;
    c->out.clear();
    c->out_sent = 0;
    c->reply_bytes_sent = 0;
    c->phase_began_ms = now_ms();
    const WriteBody write = [&](std::string_view piece) {
      if (!reader_there) return false;
      c->out += piece;
      if (c->out.size() > limits.reply_bytes_held_max) reader_there = write_now(*c);
      return reader_there;
    };
    const bool whole = serve(c->arrived, write) && reader_there;
    c->reply_whole = whole;
    if (!whole) c->arrived.keep_alive = false;
    if (!reader_there) {
      c->out.clear();
      c->out_sent = 0;
    }
    {
      const std::lock_guard lock(mailbox_mutex);
      served.push_back(c);
    }
    post_wake();
  }
}

// ---- From outside ----

Connections::Connections(ConnectionLimits limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls,
                         Admit admit, Serve serve)
    : impl_(std::make_unique<Impl>(limits, std::move(tls), std::move(admit), std::move(serve))) {
  constexpr std::size_t descriptors_kept = 128;  // for the database, backups and whatever else opens files
  rlimit may_open{};
  if (::getrlimit(RLIMIT_NOFILE, &may_open) == 0) {
    const auto all = static_cast<std::size_t>(std::min<rlim_t>(may_open.rlim_cur, 1U << 20));
    const std::size_t ours = all > 2 * descriptors_kept ? all - descriptors_kept : all / 2;
    if (ours < impl_->limits.connections_max) {
      log_event(
          LogLevel::warning, "http_connections_lowered",
          {{"wanted", std::to_string(impl_->limits.connections_max)}, {"open_files_allow", std::to_string(ours)}});
      impl_->limits.connections_max = ours;
    }
  }
  impl_->epoll = ::epoll_create1(EPOLL_CLOEXEC);
  impl_->wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  LX_ASSERT(impl_->epoll >= 0 && impl_->wake >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = impl_->wake;
  LX_ASSERT(::epoll_ctl(impl_->epoll, EPOLL_CTL_ADD, impl_->wake, &event) == 0);
  impl_->sockets_thread = std::thread([impl = impl_.get()] { impl->run_sockets(); });
  for (std::size_t i = 0; i < worker_count; ++i) {
    impl_->workers.emplace_back([impl = impl_.get()] { impl->run_worker(); });
  }
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
  {
    const std::lock_guard lock(impl_->queue_mutex);
    impl_->workers_leave = true;
  }
  impl_->queue_filled.notify_all();
  for (std::thread& worker : impl_->workers) worker.join();
  for (const int socket : impl_->accepted) ::close(socket);
}

std::size_t Connections::open_count() const { return impl_->open; }

}  // namespace lianxin
