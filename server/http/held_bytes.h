// What the server keeps for peers that have not finished, by whose it is: bodies that have not all come, replies that
// have not all gone. Where there is too much, who holds most gives up his largest, never whoever comes next.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "server/http/connection.h"

namespace lianxin::server {

class HeldBytes {
 public:
  explicit HeldBytes(const ConnectionLimits& limits) : limits_(limits) {}

  // Counts what it holds by now. `holder` and `client` stay as they are until let_go().
  void count(Connection& connection);
  void let_go(Connection& connection);

  // Who has to give up, after `connection` was counted; nullptr: there is room. One that is being worked on gives
  // nothing up.
  Connection* over(Connection& connection) const;

 private:
  struct Holding {
    std::size_t bytes = 0;
    std::unordered_set<Connection*> connections;
  };
  using Holdings = std::unordered_map<std::string, Holding>;
  static void add(Holdings& holdings, const std::string& whose, Connection& connection, std::size_t bytes);
  static void remove(Holdings& holdings, const std::string& whose, Connection& connection, std::size_t bytes);
  static Connection* largest(const Holding& holding);
  Connection* of_biggest() const;

  const ConnectionLimits limits_;
  Holdings holders_, clients_;
  std::size_t all_ = 0;
};

}  // namespace lianxin::server
