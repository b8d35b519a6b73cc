#include "server/http/lane.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace lianxin::server {
namespace {

// Of this thread alone: in Linux priorities are a thread's.
void yield_to_others() {
  constexpr int niceness = 5;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

}  // namespace

Lane::Lane(LaneBounds bounds, Work work, Work done) : bounds_(bounds), work_(std::move(work)), done_(std::move(done)) {}

void Lane::start() {
  for (std::size_t i = 0; i < bounds_.threads; ++i) threads_.emplace_back([this] { run(); });
}

bool Lane::take(const std::string& holder, Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = holders_.find(holder);
    const std::size_t its = known == holders_.end() ? 0 : known->second.waiting.size();
    if (waiting_ >= bounds_.waiting_max || its >= bounds_.waiting_per_holder_max) return false;
    holders_[holder].waiting.push_back(&connection);
    if (its == 0) turns_.push_back(holder);
    ++waiting_;
  }
  filled_.notify_one();
  return true;
}

// The first whose turn it is and who has not as many at work as he may. Locked.
bool Lane::next(Taken& taken) {
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    Holder& holder = holders_[turns_[i]];
    if (holder.working >= bounds_.working_per_holder_max) continue;
    taken = {std::move(turns_[i]), holder.waiting.front()};
    turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(i));
    holder.waiting.pop_front();
    if (!holder.waiting.empty()) turns_.push_back(taken.holder);
    ++holder.working;
    --waiting_;
    return true;
  }
  return false;
}

void Lane::run() {
  if (bounds_.yields) yield_to_others();
  for (;;) {
    Taken taken;
    {
      std::unique_lock lock(mutex_);
      bool found = false;
      filled_.wait(lock, [&] { return (found = next(taken)) || (leave_ && waiting_ == 0); });
      if (!found) return;
    }
    work_(*taken.connection);
    {
      const std::lock_guard lock(mutex_);
      const auto holder = holders_.find(taken.holder);
      if (--holder->second.working == 0 && holder->second.waiting.empty()) holders_.erase(holder);
    }
    filled_.notify_one();  // another of this holder's may have waited for this one
    done_(*taken.connection);
  }
}

void Lane::stop() {
  {
    const std::lock_guard lock(mutex_);
    leave_ = true;
  }
  filled_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace lianxin::server
