#include "server/http/workers.h"

#include <poll.h>

#include <string_view>
#include <utility>

namespace lianxin::server {
namespace {

constexpr int tick_ms = 200;  // how late it is noticed that nobody is waited for any more

}  // namespace

Workers::Workers(const ConnectionLimits& limits, Serve serve, std::function<void(Connection&)> done)
    : limits_(limits), serve_(std::move(serve)), done_(std::move(done)) {}

void Workers::start(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
}

void Workers::take(Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&connection);
  }
  filled_.notify_one();
}

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    leave_ = true;
  }
  filled_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// Sends what is in `out`, waiting for the reader where it must. False where the reader is gone or too slow.
bool Workers::write_now(Connection& c) {
  std::int64_t moved_at = steady_ms();
  while (c.out_sent < c.out.size()) {
    const Io io = c.send();
    if (io == Io::ended) return false;
    if (io == Io::moved) {
      moved_at = steady_ms();
      if (is_too_slow(limits_, moved_at - c.phase_began_ms, c.reply_bytes_sent)) return false;
      continue;
    }
    const std::int64_t now = steady_ms();
    if (now >= moved_at + limits_.progress_wait_ms || now >= wait_until_ms_) return false;
    pollfd waiting{c.channel.socket(), static_cast<short>(io == Io::wants_write ? POLLOUT : POLLIN), 0};
    ::poll(&waiting, 1, tick_ms);
  }
  c.out.clear();
  c.out_sent = 0;
  return true;
}

void Workers::run() {
  for (;;) {
    Connection* c = nullptr;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [&] { return leave_ || !queue_.empty(); });
      if (queue_.empty()) return;
      c = queue_.front();
      queue_.pop_front();
    }
    bool reader_there = true;
    c->begin_serving();
    const WriteBody write = [&](std::string_view piece) {
      if (!reader_there) return false;
      c->out += piece;
      if (c->out.size() > limits_.reply_bytes_held_max) reader_there = write_now(*c);
      return reader_there;
    };
    const bool whole = serve_(c->arrived, write) && reader_there;
    c->reply_whole = whole;
    if (!whole) c->arrived.keep_alive = false;
    if (!reader_there) {
      c->out.clear();
      c->out_sent = 0;
    }
    done_(*c);
  }
}

}  // namespace lianxin::server
