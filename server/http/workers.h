// The threads that answer requests. One request is one worker's until its reply is written down: sent by the sockets'
// thread, or, past reply_bytes_held_max, by the worker itself, which waits for the reader.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "server/http/connection.h"
#include "server/http/message.h"

namespace lianxin::server {

// Writes the whole reply through `write`, and says whether the connection may carry another request. Called on a
// worker, from many at a time. Must not throw.
using Serve = std::function<bool(const Arrived&, const WriteBody& write)>;

class Workers {
 public:
  // `done` is called by a worker when it lets go of a connection.
  Workers(const ConnectionLimits& limits, Serve serve, std::function<void(Connection&)> done);

  void start(std::size_t count);
  void take(Connection& connection);  // any thread; the caller leaves it alone until it is done
  void wait_until(std::int64_t steady_ms) { wait_until_ms_ = steady_ms; }  // from then on no reader is waited for
  void stop();                                                             // once what was taken is done; joins

 private:
  void run();
  bool write_now(Connection& c);

  ConnectionLimits limits_;
  Serve serve_;
  std::function<void(Connection&)> done_;
  std::atomic<std::int64_t> wait_until_ms_{std::numeric_limits<std::int64_t>::max()};
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Connection*> queue_;  // at most as many as there are connections
  bool leave_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lianxin::server
