// Who has the server's seats: connections by the client they come from. Pure: decides, closes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "server/http/connection.h"

namespace lianxin::server {

class Seats {
 public:
  explicit Seats(const ConnectionLimits& limits) : limits_(limits) {}

  struct Room {
    bool there = false;
    Connection* leaves = nullptr;  // to be closed first
  };
  // For one more of that peer. Where its client has as many as it may, its own longest idle stranger leaves. Where all
  // seats are taken, or all that strangers may have, the longest idle one of whichever client has most leaves. A
  // stranger is who has not shown a token that is known.
  Room room_for(const Peer& peer) const;

  void take(Connection& connection);
  void leave(Connection& connection);
  void is_known(Connection& connection);  // it has shown a token; again does nothing

 private:
  struct Client {
    std::unordered_set<Connection*> here;
    std::size_t strangers = 0;
  };
  bool counts(const Peer& peer) const { return !peer.loopback || limits_.loopback_is_one_client; }
  const Client* fullest(bool of_strangers) const;
  static Connection* longest_idle(const Client& client, bool of_strangers);

  const ConnectionLimits limits_;
  std::unordered_map<std::string, Client> clients_;
  std::size_t all_ = 0, strangers_ = 0;
};

}  // namespace lianxin::server
