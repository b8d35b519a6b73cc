// How a sync is asked for, followed and told of afterwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "lianxin/problem.h"

namespace lianxin {

enum class SyncPhase { connecting, pushing, pulling, checking, waiting_to_retry, done };

struct Progress {
  SyncPhase phase = SyncPhase::connecting;
  std::int64_t pushed = 0, to_push = 0;  // changes: known to be on the server in this sync, and of how many
  std::int64_t rows = 0;                 // records received so far
  std::int64_t retry_in_ms = 0;          // waiting_to_retry
};

struct SyncOptions {
  // Called on the syncing thread; must return soon and must not call sync().
  std::function<void(const Progress&)> progress;
  // Raised by another thread to stop at the next safe point. What was received by then is kept.
  const std::atomic<bool>* cancel = nullptr;
  // How long to keep trying while the server cannot be reached, in milliseconds of waiting; 0: one attempt. Between
  // attempts the phone waits a random time up to a bound that doubles from 1 s to 60 s: after a power cut a whole
  // county of phones must not come back in the same second.
  std::int64_t retry_for_ms = 60'000;
  // Waits that long; unset: sleeps, and looks at `cancel` meanwhile. Tests move their clock here.
  std::function<void(std::int64_t ms)> wait;
};

struct SyncReport {
  std::int64_t pushed = 0;   // changes that reached the server in this sync
  std::int64_t rows = 0;     // records received
  std::int64_t waiting = 0;  // changes that still wait
  int round_trips = 0, retries = 0;
  bool complete = false;         // nothing waits, every studio is caught up
  bool restored_server = false;  // the server had less than before: it was set back, and is given everything again
  bool forked = false;           // this phone was set back or cloned, and took a new key
  bool purged = false;           // the order to empty this phone was carried out
  bool trouble = false;          // a studio's rows keep differing from the server's
  std::string moved_to;          // the server's new address, which this phone has now; empty: it did not move
  std::string problem;           // a studio's part was not done: the server's code
  Label problem_sentence;        // the same in words; empty where every part was done
};

}  // namespace lianxin
