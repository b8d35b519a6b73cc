// Whose write comes next. Jobs wait in queues, one for each studio and one for all that is no studio's, and the writer
// serves them so that each has an equal share of its time: a studio whose writes are long, or many, keeps the others
// waiting no longer than one of its writes takes. Within a queue first come is first served.
//
// Start-time fair queueing (Goyal, Vin, Cheng, 1996): each queue has a clock, which is put on by the time that its jobs
// take; next is the queue whose clock is least; one that was empty begins where the present one stands, so that nobody
// saves up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "schema/ids.h"

namespace lianxin::server {

// `Job`: what waits, by address only. Not thread-safe: the owner holds its lock.
template <class Job>
class WriteTurns {
 public:
  struct Turn {
    StudioId whose;
    Job* job = nullptr;
    std::int64_t expected_us = 0;
  };

  bool empty() const { return waiting_ == 0; }
  std::size_t size() const { return waiting_; }

  void add(const StudioId& whose, Job* job) {
    Queue& queue = queues_[whose];
    if (queue.jobs.empty() && queue.clock_us < now_us_) queue.clock_us = now_us_;
    queue.jobs.push_back(job);
    ++waiting_;
  }

  // The next jobs, at most so many: together as long as `slice_us`, by what each studio's last two took at least, or
  // one that is longer.
  void take(std::size_t jobs_max, std::int64_t slice_us, std::vector<Turn>& turns) {
    std::int64_t expected_us = 0;
    while (waiting_ > 0 && turns.size() < jobs_max) {
      auto next = queues_.end();
      for (auto at = queues_.begin(); at != queues_.end(); ++at) {
        if (at->second.jobs.empty()) continue;
        if (next == queues_.end() || at->second.clock_us < next->second.clock_us) next = at;
      }
      Queue& queue = next->second;
      const std::int64_t job_us = std::min(queue.last_us, queue.before_us);
      if (!turns.empty() && expected_us + job_us > slice_us) return;
      now_us_ = queue.clock_us;
      turns.push_back({next->first, queue.jobs.front(), job_us});
      queue.jobs.pop_front();
      queue.clock_us += job_us;  // put right in took()
      expected_us += job_us;
      --waiting_;
    }
  }

  // Allocates nothing: the writer's thread must not fail for want of memory.
  void took(const Turn& turn, std::int64_t us) {
    const auto queue = queues_.find(turn.whose);
    if (queue == queues_.end()) return;
    queue->second.clock_us += us - turn.expected_us;
    queue->second.before_us = std::exchange(queue->second.last_us, us);
    std::erase_if(queues_,
                  [&](const auto& item) { return item.second.jobs.empty() && item.second.clock_us <= now_us_; });
  }

 private:
  struct Queue {
    std::deque<Job*> jobs;
    std::int64_t clock_us = 0, last_us = 0, before_us = 0;
  };

  std::map<StudioId, Queue> queues_;
  std::size_t waiting_ = 0;
  std::int64_t now_us_ = 0;  // the clock of the queue that was served last
};

}  // namespace lianxin::server
