#include "server/upkeep/background.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

#include "server/telemetry/log.h"
#include "server/upkeep/row_check.h"
#include "server/upkeep/search_indexing.h"

namespace lianxin::server {
namespace {

constexpr int index_every_ms = 300;
constexpr int look_every_ms = 1000;
constexpr int flush_every_looks = 5;
constexpr int machine_every_looks = 10;
constexpr int mark_every_looks = 60;
constexpr int forget_every_looks = 600;
constexpr int prune_every_looks = 3600;
constexpr int patient_niceness = 10;

// For a thread whose work no phone should wait for.
void be_patient() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), patient_niceness); }

// A failing disk fails every second: said once, until it is well again.
class Complaint {
 public:
  explicit Complaint(const char* act) : act_(act) {}

  void hear(const Status& status) {
    if (status) {
      failing_ = false;
    } else if (!failing_) {
      failing_ = true;
      log_event(LogLevel::error, "background_failed", {{"act", act_}, {"reason", status.error().message}});
    }
  }

 private:
  const char* act_;
  bool failing_ = false;
};

}  // namespace

Background::Background(const UpkeepParts& parts, BackupPlan backups)
    : parts_(parts), backups_(parts.moments, parts.marks, parts.audit, parts.metrics, std::move(backups)) {
  indexer_ = std::thread([this] { index(); });
  checker_ = std::thread([this] { check_rows(); });
  housekeeper_ = std::thread([this] { keep_house(); });
  archivist_ = std::thread([this] { keep_backups(); });
}

Background::~Background() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  indexer_.join();
  checker_.join();
  housekeeper_.join();
  archivist_.join();
}

bool Background::sleep(int ms) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
}

bool Background::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Background::index() {
  Complaint complaint("index");
  bool more = false;
  while (sleep(more ? 0 : index_every_ms)) {
    auto done = index_some(parts_.lists, *parts_.kinds.catalog());
    if (done && !*done) done = parts_.lists.forget_some();
    if (!done && done.error().code == Errc::busy) done = false;  // a reader is at work: the next look will do
    complaint.hear(done ? Status{} : Status(tl::unexpected(done.error())));
    more = done && *done;
  }
}

void Background::check_rows() {
  be_patient();
  Complaint complaint("check rows");
  RowCheck check(parts_.store, parts_.mender);
  while (sleep(look_every_ms)) {
    complaint.hear(check.look(*parts_.kinds.catalog(), parts_.moments.now_ms(), [this] { return stopping(); }));
  }
}

void Background::keep_house() {
  Complaint kinds("look at kinds"), settling("settle kinds"), grants("settle grants"), studios("settle studios"),
      consents("mark what consents withhold"), notes("note syncs"), journal("settle the journal"),
      sessions("forget sessions"), marks("tell marks"), audit("tend the audit log"),
      erased("leave out of the journal what was erased"), prune("take away old files of the audit log");
  for (int looks = 0;; ++looks) {
    const auto looked = parts_.kinds.look(parts_.moments.now_ms());
    kinds.hear(looked ? Status{} : Status(tl::unexpected(looked.error())));
    settling.hear(parts_.kinds_settling.settle());
    grants.hear(parts_.grants_settling.settle());
    studios.hear(parts_.studios_settling.settle());
    consents.hear(parts_.consent_settling.settle());
    audit.hear(parts_.audit.tend());
    if (looks % prune_every_looks == 0) prune.hear(prune_audit());
    if (looks % flush_every_looks == 0) notes.hear(parts_.sync_notes.flush());
    if (looks % flush_every_looks == 0) journal.hear(parts_.journal_settling.settle());
    if (looks % mark_every_looks == 0) erased.hear(parts_.journal_settling.leave_erased_out());
    if (looks % machine_every_looks == 0) parts_.machine.look(parts_.moments.now_ms());
    if (looks % mark_every_looks == 0) marks.hear(parts_.marks.tell());
    if (looks % forget_every_looks == 0) sessions.hear(parts_.accounts.forget_expired(parts_.moments.now_ms()));
    if (!sleep(look_every_ms)) return;
  }
}

Status Background::prune_audit() {
  LX_CHECK(parts_.audit.prune(parts_.audit_keep_days));
  return {};
}

// A thread of its own: a verification takes a core for a while.
void Background::keep_backups() {
  be_patient();
  while (sleep(look_every_ms)) backups_.look([this] { return stopping(); });
}

}  // namespace lianxin::server
