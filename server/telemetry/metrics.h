// What the server counts about itself, as Prometheus reads it. Counts and durations only: no label ever holds an id, a
// name or a text that somebody else chose, so the number of series is bounded.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "sync/server/push.h"

namespace lianxin::server {

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void pushed(const Pushed& pushed);  // one studio's part of a push, after its commit
  void sync_took(std::chrono::duration<double> seconds);
  void studio_problem(const std::string& code);  // one of the few that the sync route gives
  void signed_in(bool succeeded);

  enum class BackupOutcome { good, damaged, failed };
  void backed_up(BackupOutcome outcome);
  void last_backup(std::int64_t made_ms);  // the newest good one that there is
  std::int64_t last_backup_ms() const;     // 0: there is none

  // Asked how many connections are open, whenever text() is; before it was given there are none. Once, before any
  // text().
  void connections_by(std::function<std::size_t()> open);

  // What is only known when asked for, such as how many conflicts are open.
  struct Gauges {
    std::int64_t records = 0, conflicts_open = 0, held_open = 0, search_lag = 0;
    std::int64_t writer_queue = 0;
    std::int64_t journal_waiting = 0;
    std::int64_t kinds_version = 0, kinds_left_out = 0;
    // Active devices by how long ago they last synced.
    std::int64_t devices_day = 0, devices_week = 0, devices_month = 0, devices_longer = 0, devices_never = 0;
    std::int64_t devices_revoked = 0;
    std::int64_t backlog = 0;  // changes that phones said they still hold
  };

  // The text format of an exposition, version 0.0.4.
  std::string text(const Gauges& gauges);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lianxin::server
