#include "server/http/held_bytes.h"

#include <algorithm>
#include <vector>

namespace lianxin::server {

void HeldBytes::add(Holdings& holdings, const std::string& whose, Connection& connection, std::size_t bytes) {
  Holding& holding = holdings[whose];
  holding.bytes += bytes;
  holding.connections.insert(&connection);
}

void HeldBytes::remove(Holdings& holdings, const std::string& whose, Connection& connection, std::size_t bytes) {
  const auto it = holdings.find(whose);
  it->second.bytes -= bytes;
  it->second.connections.erase(&connection);
  if (it->second.connections.empty()) holdings.erase(it);
}

void HeldBytes::count(Connection& connection) {
  const std::size_t now = connection.bytes_kept();
  if (now == connection.held_bytes) return;
  let_go(connection);
  if (now == 0) return;
  connection.held_bytes = now;
  all_ += now;
  add(holders_, connection.holder, connection, now);
  add(clients_, connection.client, connection, now);
}

void HeldBytes::let_go(Connection& connection) {
  if (connection.held_bytes == 0) return;
  all_ -= connection.held_bytes;
  remove(holders_, connection.holder, connection, connection.held_bytes);
  remove(clients_, connection.client, connection, connection.held_bytes);
  connection.held_bytes = 0;
}

Connection* HeldBytes::largest(const Holding& holding) {
  Connection* most = nullptr;
  for (Connection* const each : holding.connections) {
    if (each->away || (most != nullptr && each->held_bytes <= most->held_bytes)) continue;
    most = each;
  }
  return most;
}

// What is worked on is soon gone, so the next holder is asked where all of one's is.
Connection* HeldBytes::of_biggest() const {
  std::vector<const Holding*> by_size;
  by_size.reserve(holders_.size());
  for (const auto& [whose, holding] : holders_) by_size.push_back(&holding);
  std::sort(by_size.begin(), by_size.end(), [](const Holding* a, const Holding* b) { return a->bytes > b->bytes; });
  for (const Holding* const holding : by_size) {
    if (Connection* const found = largest(*holding)) return found;
  }
  return nullptr;
}

Connection* HeldBytes::over(Connection& connection) const {
  if (connection.held_bytes == 0) return nullptr;
  const Holding& own = holders_.at(connection.holder);
  if (own.bytes > limits_.held_bytes_per_holder_max) return largest(own);
  const Holding& of_client = clients_.at(connection.client);
  if (of_client.bytes > limits_.held_bytes_per_client_max) return largest(of_client);
  return all_ > limits_.held_bytes_max ? of_biggest() : nullptr;
}

}  // namespace lianxin::server
