// The thread that has all sockets, and the lanes that it sends connections to: what Connections is made of.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "server/http/connection.h"
#include "server/http/held_bytes.h"
#include "server/http/lane.h"
#include "server/http/seats.h"

namespace lianxin::server {

class Front {
 public:
  Front(const ConnectionLimits& limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls, Admit admit,
        TokenOwners owners, Serve serve);  // threads start here
  ~Front();                                // stops
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  // As those of Connections.
  void add(int socket);
  void stop();
  std::size_t open_count() const { return open_; }

 private:
  using Phase = Connection::Phase;

  // The thread, and what is not one connection's (front.cc).
  void run_sockets();
  int wait_ms() const;
  void wake_resting(std::int64_t now);
  bool take_mail();
  bool close_idle(std::int64_t now);
  void admit_socket(int socket);
  void expire(std::int64_t now);
  void close(Connection& c);
  Lane::Work back();  // into the mailbox, of any thread
  void post_wake() const;

  // One connection's way (front_requests.cc).
  void go_on(Connection& c);
  void advance(Connection& c);
  void wait_for(Connection& c, Io io);
  void send_away(Connection& c, Phase phase, Lane& lane, const std::string& holder);
  void take_head(Connection& c);
  void take_owner(Connection& c);
  void take_body(Connection& c, Connection::Came came);
  void hand_over(Connection& c);
  void end_reply(Connection& c);
  bool make_room(Connection& c);
  bool begin_stream(Connection& c);
  void end_stream(Connection& c);

  const ConnectionLimits limits_;
  const std::shared_ptr<TlsContext> tls_;
  const Admit admit_;
  const TokenOwners owners_;
  const Serve serve_;
  const int epoll_;
  const int wake_;  // an eventfd: something is in the mailbox

  // Of the sockets' thread.
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;  // by socket
  Seats seats_;
  HeldBytes held_;
  std::unordered_map<std::string, std::size_t> streams_;  // at a time, by holder
  std::multimap<std::int64_t, int> resting_;              // sockets whose reply has to go out later, by when
  std::optional<std::int64_t> leave_at_ms_;               // when stopping: from then on nobody is waited for
  std::atomic<std::size_t> open_{0};

  std::mutex mailbox_mutex_;
  std::vector<int> accepted_;      // by any thread
  std::vector<Connection*> done_;  // by the lanes
  bool stopping_ = false;

  Lane handshakes_, lookups_, passwords_, requests_;
  std::thread sockets_thread_;
};

}  // namespace lianxin::server
