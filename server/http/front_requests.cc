#include <sys/epoll.h>

#include <utility>

#include "schema/assert.h"
#include "server/http/front.h"

namespace lianxin::server {

// With a connection that a lane is done with.
void Front::go_on(Connection& c) {
  c.away = false;
  switch (c.phase) {
    case Phase::handshake:
      if (c.handshaken == Io::ended) return close(c);
      if (c.handshaken != Io::moved) return wait_for(c, c.handshaken);
      c.phase = Phase::head;  // its head is due as long after the socket as without TLS
      return advance(c);
    case Phase::admission: return take_owner(c);
    case Phase::serving: {
      std::string().swap(c.arrived.body);
      const bool begins = c.reply_bytes_sent == 0;
      c.phase = Phase::reply;
      c.progress_ms = steady_ms();
      const std::int64_t due_ms = c.phase_began_ms + c.reply.at_least_ms;
      if (begins) c.phase_began_ms = c.progress_ms;
      held_.count(c);
      if (due_ms <= c.progress_ms) return advance(c);
      resting_.emplace(due_ms, c.channel.socket());
      return;
    }
    case Phase::head:
    case Phase::body:
    case Phase::reply:
    case Phase::linger: break;
  }
  LX_ASSERT(false);
}

// Goes on with a connection until it has to wait, is away, or is closed.
void Front::advance(Connection& c) {
  for (;;) {
    Io io = Io::moved;
    switch (c.phase) {
      case Phase::handshake:
        if (!c.channel.is_encrypted()) {
          c.phase = Phase::head;
          break;
        }
        if (c.handshaken != Io::wants_write && !c.channel.has_unread()) return wait_for(c, Io::wants_read);
        return send_away(c, Phase::handshake, handshakes_, c.client);
      case Phase::head: {
        const Connection::Came came = c.take_head(limits_, admit_);
        if (came == Connection::Came::request) return hand_over(c);
        if (came == Connection::Came::head) return take_head(c);
        io = c.receive();
        break;
      }
      case Phase::body: {
        const Connection::Came came = c.take_body();
        if (came == Connection::Came::request && c.arrived.refused) return hand_over(c);
        held_.count(c);
        if (make_room(c)) return;
        if (came == Connection::Came::request) return hand_over(c);
        io = c.receive();
        break;
      }
      case Phase::admission:
      case Phase::serving: return;
      case Phase::reply:
        if (!c.has_to_send()) {
          if (c.reply.more) return send_away(c, Phase::serving, requests_, c.holder);
          end_reply(c);
          break;
        }
        io = c.send();
        break;
      case Phase::linger: io = c.linger(); break;
    }
    if (io == Io::moved) continue;
    if (io == Io::ended) return close(c);
    held_.count(c);
    if (c.phase == Phase::reply && make_room(c)) return;
    return wait_for(c, io);
  }
}

void Front::wait_for(Connection& c, Io io) {
  epoll_event event{};
  event.events = EPOLLONESHOT | (io == Io::wants_write ? EPOLLOUT : EPOLLIN | EPOLLRDHUP);
  event.data.fd = c.channel.socket();
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.channel.socket(), &event) != 0) close(c);
}

void Front::send_away(Connection& c, Phase phase, Lane& lane, const std::string& holder) {
  c.phase = phase;
  c.away = true;
  LX_ASSERT(lane.take(holder, c));
}

void Front::take_head(Connection& c) {
  c.owner.reset();
  const std::string& token = c.admission.token;
  if (!owners_.look_up || (token.empty() && !c.admission.unknown)) return take_body(c, c.begin_body());
  if (token.empty()) {
    c.owner.emplace();
  } else {
    c.owner = owners_.remembered(token);
  }
  if (c.owner) return take_owner(c);
  send_away(c, Phase::admission, lookups_, c.client);
}

// Where it could not be told who shows the token, the request's handler will say why.
void Front::take_owner(Connection& c) {
  const bool is_known = c.owner && !c.owner->empty();
  if (is_known) {
    c.holder = *c.owner;
    seats_.is_known(c);
  }
  const bool has_body = c.arrived.head.framing != RequestHead::Framing::none;
  if (c.owner && !is_known && c.admission.unknown && has_body && !c.arrived.refused) {
    c.arrived.refused = c.admission.unknown;
  }
  take_body(c, c.begin_body());
}

void Front::take_body(Connection& c, Connection::Came came) {
  return came == Connection::Came::request ? hand_over(c) : advance(c);
}

void Front::hand_over(Connection& c) {
  held_.count(c);
  c.arrived.remote_address = c.peer.address;
  c.enter(Phase::serving);
  if (c.admission.stream && !c.arrived.refused && !begin_stream(c)) c.refuse(Problem::too_many_requests);
  if (c.admission.password && !c.arrived.refused) {
    c.away = true;
    if (passwords_.take(c.client, c)) return;
    c.refuse(Problem::too_many_requests);
  }
  send_away(c, Phase::serving, requests_, c.holder);
}

void Front::end_reply(Connection& c) {
  end_stream(c);
  const bool stays = c.reply.keep_alive;
  if (!stays) return c.begin_linger();
  c.begin_request();
  held_.count(c);
}

// Has whoever holds most give up. True where that was the connection itself.
bool Front::make_room(Connection& c) {
  while (Connection* const most = held_.over(c)) {
    const bool itself = most == &c;
    if (most->phase == Phase::body) {
      most->refuse(Problem::busy);
      hand_over(*most);
    } else {
      close(*most);
    }
    if (itself) return true;
  }
  return false;
}

bool Front::begin_stream(Connection& c) {
  std::size_t& at_a_time = streams_[c.holder];
  if (at_a_time >= limits_.streams_per_holder_max) return false;
  ++at_a_time;
  return c.streaming = true;
}

void Front::end_stream(Connection& c) {
  if (!std::exchange(c.streaming, false)) return;
  if (--streams_[c.holder] == 0) streams_.erase(c.holder);
}

}  // namespace lianxin::server
