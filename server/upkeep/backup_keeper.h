// Backups at their hour, while a server runs. Whatever goes wrong is logged and counted, and tried again.
#pragma once

#include "server/audit/audit.h"
#include "server/backup/backup.h"
#include "server/recovery/marks.h"
#include "server/telemetry/metrics.h"

namespace lianxin::server {

struct BackupPlan {
  std::filesystem::path data;    // the data folder
  std::filesystem::path folder;  // where they go
  std::int64_t every_ms = 0;     // 0: none are made
  std::size_t kept = 28;         // of the good ones, those made last; at least 1
};

// Threads: one.
class BackupKeeper {
 public:
  // The first backup of a folder that has none is not made the instant that a server starts, nor is a failed one tried
  // again at once: either would go on at every restart of a server that keeps falling.
  static constexpr std::int64_t first_after_ms = 60 * 1000;
  static constexpr std::int64_t again_after_ms = 10 * 60 * 1000;
  static constexpr std::size_t findings_logged = 20;  // of a damaged copy: one torn page can make a thousand

  // Sweeps what a crash left of backups and restores. All references must outlive this.
  BackupKeeper(const Moments& clock, Marks& marks, Audit& audit, Metrics& metrics, BackupPlan plan);

  // Makes a backup where one is due. `stop`: asked now and then; once it says true, what is under way is given up.
  void look(const std::function<bool()>& stop);

 private:
  std::int64_t make(const std::function<bool()>& stop);  // how long until the next, in ms
  void note(Act act, const std::string& file);
  void say_good(const BackupMade& made);
  void say_damaged(const BackupMade& made);

  const Moments& clock_;
  Marks& marks_;
  Audit& audit_;
  Metrics& metrics_;
  const BackupPlan plan_;
  std::int64_t due_ms_;
};

}  // namespace lianxin::server
