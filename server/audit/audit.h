// The audit log: who did what on this server, for those who have to answer for it. DATA/audit/, outside the database
// and its writer, files of one JSON object a line, only ever added to, readable by their owner alone (line.h,
// segments.h).
//
//   Every act is noted at one place for the audit log and for the server's log (server/telemetry/log.h): an Entry has
//   nothing in it that either must not hold.
//
//   note()    what was shown, what rights changed: on the disk before the reply leaves. Notes of many requests share
//             one fsync. Where the disk refuses, nothing of it is kept, and what would have been shown is not.
//   keep()    what is done already and cannot be undone for want of a line: kept in memory until the disk takes it, at
//             most kept_max; beyond that counted (audit_missed). Nothing of a phone's push ever waits for this log.
//   refuse()  what strangers cause: the first of a minute is told at once, its repeats are counted (refusals.h).
//
// What a crash loses: entries of keep() and refuse() of the last second, and nothing that note() returned for. What
// tells: each line carries the hash of the line before, and the head mark beside the keys, signed by the server, says
// how far the log had come within the last minute; `lianxin-server audit verify` names what is altered, missing or cut.
// Whoever may write to DATA/audit and knows neither the key nor the mark can at most take away the lines of the last
// minute unseen; who has both, and the machine, is found by the head that an auditor noted elsewhere.
//
// Thread-safe, and safe beside other processes that write to the same folder.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/audit/entry.h"
#include "server/audit/refusals.h"
#include "server/audit/segments.h"

namespace lianxin::server {

class Audit {
 public:
  static constexpr std::size_t kept_max = 10'000;
  static constexpr std::int64_t mark_every_ms = 60'000;

  // Makes the folder where it is missing. What is wrong at the end of the log is noted in it and told by wrong().
  // unavailable: the disk.
  static Result<std::unique_ptr<Audit>> open(AuditPlace place, std::function<std::int64_t()> now_ms);
  ~Audit();  // writes what is kept, and the head mark
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  Status note(const Entry& entry);
  void keep(const Entry& entry);
  void refuse(const Entry& entry);

  // Whether the last write went well, or the disk takes what is kept by now: asked before an act that note() could not
  // undo. unavailable: the disk.
  Status ready();

  // Writes what is kept; the counts of the minute that has ended; the head mark once a minute. About once a second.
  Status tend();

  // Takes away whole files that are older than that, see Segments::prune(). invalid_argument: below keep_days_min,
  // which is half a year: less than the law asks for.
  static constexpr std::int64_t keep_days_min = 184, keep_days = 1096;
  Result<Segments::Pruned> prune(std::int64_t days, bool dry_run = false);

  // What somebody should look at, a sentence in Chinese and in English: the disk, or a log that was cut. Empty while
  // all is well.
  std::string wrong() const;

 private:
  Audit(AuditPlace place, std::function<std::int64_t()> now_ms);
  void keep_dated(const Entry& entry);
  void write_queued(std::unique_lock<std::mutex>& lock);
  Status flush(std::unique_lock<std::mutex>& lock);

  // Calls `f` while nobody else has the segments.
  template <class F>
  auto alone(std::unique_lock<std::mutex>& lock, F f) {
    written_.wait(lock, [this] { return !writing_; });
    writing_ = true;
    lock.unlock();
    auto result = f();
    lock.lock();
    writing_ = false;
    written_.notify_all();
    return result;
  }

  const std::function<std::int64_t()> now_ms_;
  Segments segments_;  // of whoever has set writing_

  mutable std::mutex mutex_;  // of all below
  std::condition_variable written_;
  Refusals refusals_;
  struct Group;
  std::shared_ptr<Group> gathering_;  // what the next write takes
  bool writing_ = false;
  std::vector<Value::Object> kept_;
  std::int64_t missed_ = 0;
  bool failing_ = false;
  bool cut_ = false;
  std::int64_t marked_ms_ = 0;
};

}  // namespace lianxin::server
