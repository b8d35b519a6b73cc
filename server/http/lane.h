// Threads that work on connections, one connection at a time each. Those that wait do so in a queue of their holder,
// and the holders have their turns one after another: who sends a thousand requests waits for them, and nobody else
// does.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lianxin::server {

struct Connection;

struct LaneBounds {
  static constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
  std::size_t threads = 1;
  std::size_t working_per_holder_max = any;
  std::size_t waiting_max = any;
  std::size_t waiting_per_holder_max = any;
  bool yields = false;  // to the threads of other lanes, where the processors do not suffice for all
};

class Lane {
 public:
  using Work = std::function<void(Connection&)>;

  // `done` is called by a thread when it lets go of a connection.
  Lane(LaneBounds bounds, Work work, Work done);

  void start();

  // False where as many wait as may. Any thread; the caller leaves the connection alone until it is done.
  [[nodiscard]] bool take(const std::string& holder, Connection& connection);

  void stop();  // once what was taken is done; joins

 private:
  struct Taken {
    std::string holder;
    Connection* connection = nullptr;
  };
  struct Holder {
    std::deque<Connection*> waiting;
    std::size_t working = 0;
  };
  void run();
  bool next(Taken& taken);

  const LaneBounds bounds_;
  const Work work_, done_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::map<std::string, Holder> holders_;  // that wait or are worked for
  std::deque<std::string> turns_;          // of those that wait, each once
  std::size_t waiting_ = 0;
  bool leave_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lianxin::server
