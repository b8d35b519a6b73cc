#include "server/http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

namespace lianxin::server {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t linger_bytes_max = std::size_t{16} * 1024 * 1024;

}  // namespace

std::string client_of(const std::string& address) {
  in6_addr v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6)) return address;
  constexpr std::size_t of_one_customer = 8;
  return "v6 " + std::string(reinterpret_cast<const char*>(&v6), of_one_customer);
}

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
  } else if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    peer.loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
  }
  peer.address = text.data();
  peer.client = client_of(peer.address);
  return peer;
}

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void Connection::enter(Phase next) {
  phase = next;
  phase_began_ms = progress_ms = steady_ms();
}

void Connection::begin_request() {
  enter(Phase::head);
  arrived = Arrived{};
  chunks = ChunkedDecoder{};
  searched = 0;
  admission = Admission{};
  reply = Reply{};  // gives the memory back: an idle phone should cost little
  out_sent = 0;
  reply_bytes_sent = 0;
  ++requests;
  if (in.empty()) std::string().swap(in);
}

Io Connection::receive() {
  std::array<char, read_bytes> buffer;
  std::size_t count = 0;
  const bool between_requests = phase == Phase::head && in.empty() && requests > 0;
  const Io io = channel.read(buffer, count);
  if (io != Io::moved) return io;
  in.append(buffer.data(), count);
  progress_ms = steady_ms();
  if (between_requests) phase_began_ms = progress_ms;  // the first byte of another request: its head is due
  return io;
}

Connection::Came Connection::take_head(const ConnectionLimits& limits, const Admit& admit) {
  const std::size_t end = end_of_head(in, searched);
  searched = in.size();
  if (end == std::string::npos) {
    if (in.size() <= head_bytes_max) return Came::part;
    refuse(Problem::head_too_large);
    return Came::request;
  }
  auto head = parse_head(std::string_view(in).substr(0, end));
  in.erase(0, end);
  if (!head) {
    refuse(head.error());
    return Came::request;
  }
  arrived.head = std::move(*head);
  const RequestHead& h = arrived.head;
  admission = admit(h, peer.address);
  client = admission.client;
  holder = client;
  arrived.keep_alive = h.keep_alive && requests + 1 < limits.requests_per_connection_max;
  arrived.refused = admission.refused;
  return Came::head;
}

Connection::Came Connection::begin_body() {
  const RequestHead& h = arrived.head;
  if (h.framing == RequestHead::Framing::none) return Came::request;
  auto refused = arrived.refused;
  if (!refused && h.framing == RequestHead::Framing::length && h.content_length > admission.body_bytes_max) {
    refused = Problem::payload_too_large;
  }
  if (refused) {
    refuse(*refused);
    return Came::request;
  }
  if (h.expects_continue && in.empty()) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    std::size_t count = 0;
    if (channel.write(go_on, count) != Io::moved || count != go_on.size()) {
      // An empty send buffer takes 25 bytes at once; if not, this peer is not worth a state of its own.
      refuse(Problem::request_timeout);
      return Came::request;
    }
  }
  enter(Phase::body);
  return Came::body_follows;
}

Connection::Came Connection::take_body() {
  Arrived& a = arrived;
  if (a.head.framing == RequestHead::Framing::length) {
    if (a.body.empty()) a.body.reserve(std::min<std::size_t>(a.head.content_length, read_bytes));
    const std::size_t size = std::min<std::size_t>(a.head.content_length - a.body.size(), in.size());
    a.body.append(in, 0, size);
    in.erase(0, size);
    return a.body.size() == a.head.content_length ? Came::request : Came::part;
  }
  switch (chunks.take(in, a.body, admission.body_bytes_max)) {
    case ChunkedDecoder::Step::needs_more: return Came::part;
    case ChunkedDecoder::Step::done: break;
    case ChunkedDecoder::Step::malformed: refuse(Problem::bad_request); break;
    case ChunkedDecoder::Step::too_large: refuse(Problem::payload_too_large); break;
  }
  return Came::request;
}

void Connection::refuse(Problem why) {
  arrived.refused = why;
  arrived.keep_alive = false;
  std::string().swap(arrived.body);
  std::string().swap(in);
}

void Connection::put(Reply made) {
  reply = std::move(made);
  out_sent = 0;
  reply_bytes_sent = 0;
}

void Connection::put_more() {
  reply.bytes.clear();
  reply.shared.reset();
  out_sent = 0;
  Piece piece = Piece::follows;
  while (piece == Piece::follows && reply.bytes.size() < stream_piece_bytes) piece = reply.more(reply.bytes);
  if (piece == Piece::follows) return;
  reply.more = nullptr;
  if (piece == Piece::last) return;
  reply.whole = false;
  reply.keep_alive = false;
}

bool Connection::has_to_send() const {
  return out_sent < reply.bytes.size() + (reply.shared ? reply.shared->size() : 0);
}

Io Connection::send() {
  const bool own = out_sent < reply.bytes.size();
  const std::string_view left = own ? std::string_view(reply.bytes).substr(out_sent)
                                    : std::string_view(*reply.shared).substr(out_sent - reply.bytes.size());
  std::size_t count = 0;
  const Io io = channel.write(left, count);
  out_sent += count;
  reply_bytes_sent += count;
  if (count > 0) progress_ms = steady_ms();
  return io;
}

// Closing a socket with unread bytes resets it, and the peer may lose the reply that says why. So the end is said, and
// what still comes is thrown away for a moment.
void Connection::begin_linger() {
  channel.end_writing(reply.whole);
  enter(Phase::linger);
}

// Straight from the socket: what comes is not looked at, encrypted or not.
Io Connection::linger() {
  std::array<char, read_bytes> buffer;
  const ssize_t size = ::recv(channel.socket(), buffer.data(), buffer.size(), 0);
  if (size > 0) lingered_bytes += static_cast<std::size_t>(size);
  if (size > 0 && lingered_bytes <= linger_bytes_max) return Io::moved;
  return size < 0 && (errno == EAGAIN || errno == EINTR) ? Io::wants_read : Io::ended;
}

bool Connection::is_late(const ConnectionLimits& limits, std::int64_t now) const {
  if (away) return false;  // a thread's, clock included
  const std::int64_t elapsed = now - phase_began_ms;
  const bool stands_still = now - progress_ms > limits.progress_wait_ms;
  switch (phase) {
    case Phase::handshake: return elapsed > limits.head_wait_ms;
    case Phase::head: return elapsed > (in.empty() && requests > 0 ? limits.idle_wait_ms : limits.head_wait_ms);
    case Phase::body: return stands_still || elapsed > limits.body_wait_ms;
    case Phase::admission:
    case Phase::serving: return false;
    case Phase::reply: {
      const auto due_ms = static_cast<std::int64_t>(reply_bytes_sent) * 1000 / limits.bytes_per_second_min;
      return stands_still || elapsed > limits.progress_wait_ms + due_ms;
    }
    case Phase::linger: return elapsed > limits.linger_wait_ms;
  }
  return false;
}

std::size_t Connection::bytes_kept() const {
  const bool replying = phase == Phase::reply && has_to_send();
  return (arrived.body.empty() ? 0 : arrived.body.capacity()) + (replying ? reply.bytes.capacity() : 0);
}

}  // namespace lianxin::server
