#include "server/http/seats.h"

#include <algorithm>

namespace lianxin::server {
namespace {

// Nobody waits for anything that it has asked for.
bool is_idle(const Connection& connection) {
  using Phase = Connection::Phase;
  const Phase phase = connection.phase;
  return !connection.away && (phase == Phase::handshake || phase == Phase::head || phase == Phase::linger);
}

}  // namespace

Seats::Room Seats::room_for(const Peer& peer) const {
  const auto own = clients_.find(peer.client);
  if (counts(peer) && own != clients_.end() && own->second.here.size() >= limits_.connections_per_client_max) {
    Connection* const leaves = longest_idle(own->second, true);
    return {leaves != nullptr, leaves};
  }
  const std::size_t for_strangers = limits_.connections_max - limits_.connections_max / limits_.seats_kept_one_in;
  const bool strangers_full = strangers_ >= for_strangers;
  if (!strangers_full && all_ < limits_.connections_max) return {true, nullptr};
  const Client* const most = fullest(strangers_full);
  Connection* const leaves = most ? longest_idle(*most, strangers_full) : nullptr;
  return {leaves != nullptr, leaves};
}

void Seats::take(Connection& connection) {
  Client& client = clients_[connection.peer.client];
  client.here.insert(&connection);
  ++client.strangers;
  ++strangers_;
  ++all_;
}

void Seats::leave(Connection& connection) {
  const auto it = clients_.find(connection.peer.client);
  if (!connection.known) --it->second.strangers, --strangers_;
  --all_;
  it->second.here.erase(&connection);
  if (it->second.here.empty()) clients_.erase(it);
}

void Seats::is_known(Connection& connection) {
  if (connection.known) return;
  connection.known = true;
  --clients_[connection.peer.client].strangers;
  --strangers_;
}

const Seats::Client* Seats::fullest(bool of_strangers) const {
  const auto seats = [&](const auto& each) { return of_strangers ? each.second.strangers : each.second.here.size(); };
  const auto most = std::max_element(clients_.begin(), clients_.end(),
                                     [&](const auto& a, const auto& b) { return seats(a) < seats(b); });
  return most == clients_.end() ? nullptr : &most->second;
}

Connection* Seats::longest_idle(const Client& client, bool of_strangers) {
  Connection* longest = nullptr;
  for (Connection* const each : client.here) {
    if (!is_idle(*each) || (of_strangers && each->known)) continue;
    if (longest == nullptr || each->phase_began_ms < longest->phase_began_ms) longest = each;
  }
  return longest;
}

}  // namespace lianxin::server
