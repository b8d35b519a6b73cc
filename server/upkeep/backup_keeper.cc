#include "server/upkeep/backup_keeper.h"

#include <algorithm>

#include "server/backup/restore.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

BackupKeeper::BackupKeeper(const Moments& clock, Marks& marks, Audit& audit, Metrics& metrics, BackupPlan plan)
    : clock_(clock), marks_(marks), audit_(audit), metrics_(metrics), plan_(std::move(plan)) {
  sweep_backups(plan_.folder);
  sweep_restore(plan_.data);
  const std::vector<Backup> backups = backups_in(plan_.folder);
  const std::int64_t last_ms = backups.empty() ? 0 : backups.front().manifest.made_ms;
  const std::int64_t now_ms = clock_.now_ms();
  metrics_.last_backup(last_ms);
  // One from the future says that a clock was wrong, and puts nothing off.
  const std::int64_t next_ms = last_ms > now_ms ? 0 : last_ms + plan_.every_ms;
  due_ms_ = std::max(next_ms, now_ms + first_after_ms);
}

void BackupKeeper::look(const std::function<bool()>& stop) {
  if (plan_.every_ms <= 0) return;
  const std::int64_t now_ms = clock_.now_ms();
  const bool clock_went_back = now_ms < due_ms_ - plan_.every_ms - first_after_ms;
  if (now_ms < due_ms_ && !clock_went_back) return;
  due_ms_ = now_ms + make(stop);
}

std::int64_t BackupKeeper::make(const std::function<bool()>& stop) {
  const std::int64_t again_ms = std::min(plan_.every_ms, again_after_ms);
  const auto failed = [&](const std::string& reason) {
    metrics_.backed_up(Metrics::BackupOutcome::failed);
    note(Act::backup_failed, {});
    log_event(LogLevel::error, "backup_failed", {{"reason", reason}});
    return again_ms;
  };
  VerifyOptions options;
  options.stop = stop;
  auto keys = keys_in(plan_.data / "keys");
  if (!keys) return failed(keys.error().message);
  options.keys = std::move(*keys);
  // So that a journal that is put back with this backup knows how far the logs had come.
  if (const Status told = marks_.tell(); !told) {
    log_event(LogLevel::warning, "marks_not_told", {{"reason", told.error().message}});
  }
  const auto made = make_backup(plan_.data / "lianxin.db", plan_.folder, options, clock_.now_ms());
  if (stop()) return again_ms;
  if (!made) return failed(made.error().message);
  made->good ? say_good(*made) : say_damaged(*made);
  // Damaged copies as well: each is as large as the database, and they would fill the disk that it lives on.
  const auto gone = prune_backups(plan_.folder, plan_.kept);
  if (!gone) log_event(LogLevel::warning, "backups_not_pruned", {{"reason", gone.error().message}});
  return plan_.every_ms;  // damage does not mend itself in ten minutes
}

void BackupKeeper::note(Act act, const std::string& file) {
  Entry entry;
  entry.act = act;
  entry.by.kind = Actor::Kind::server;
  if (act == Act::backup_failed) entry.outcome = file.empty() ? "failed" : "damaged";
  entry.add("backup", file);
  audit_.keep(entry);
}

void BackupKeeper::say_good(const BackupMade& made) {
  const BackupManifest& manifest = made.backup.manifest;
  metrics_.backed_up(Metrics::BackupOutcome::good);
  note(Act::backup_made, made.backup.file.filename().string());
  metrics_.last_backup(manifest.made_ms);
  log_event("backup_made", {{"file", made.backup.file.string()},
                            {"bytes", std::to_string(manifest.bytes)},
                            {"lines", std::to_string(made.verified.lines)},
                            {"seconds", std::to_string(made.copy_seconds + made.verify_seconds)}});
}

void BackupKeeper::say_damaged(const BackupMade& made) {
  metrics_.backed_up(Metrics::BackupOutcome::damaged);
  note(Act::backup_failed, made.backup.file.filename().string());
  const std::vector<Finding>& findings = made.verified.damage.kept();
  for (std::size_t i = 0; i < std::min(findings.size(), findings_logged); ++i) {
    log_event(LogLevel::error, "damage", {{"what", findings[i].text()}});
  }
  log_event(LogLevel::error, "backup_failed",
            {{"reason", "the copy is damaged; kept as " + made.backup.file.string()},
             {"findings", std::to_string(made.verified.damage.count())}});
}

}  // namespace lianxin::server
