#include "server/audit/audit.h"

#include <algorithm>
#include <iterator>

#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

Value::Object dated(const Entry& entry, std::int64_t now_ms) {
  Value::Object object = to_object(entry);
  object.emplace("at_ms", now_ms);
  return object;
}

// One event of the server's log, under the act's own name.
void log_entry(const Entry& entry) {
  const auto id = [](const auto& each) { return each.is_zero() ? std::string() : each.text(); };
  log_event(entry.is_done() ? LogLevel::info : LogLevel::warning, name_of(entry.act),
            {{"outcome", entry.outcome},
             {"member", id(entry.by.member)},
             {"device", id(entry.by.device)},
             {"from", entry.by.from},
             {"studio", id(entry.studio)},
             {"about", entry.about},
             {"records", std::to_string(entry.records.size())},
             {"count", std::to_string(entry.count)}});
}

}  // namespace

// What one write takes, and those who wait for it.
struct Audit::Group {
  std::vector<Value::Object> entries;
  bool done = false;
  Status status;
};

Audit::Audit(AuditPlace place, std::function<std::int64_t()> now_ms)
    : now_ms_(std::move(now_ms)), segments_(std::move(place)) {}

Result<std::unique_ptr<Audit>> Audit::open(AuditPlace place, std::function<std::int64_t()> now_ms) {
  std::unique_ptr<Audit> audit(new Audit(std::move(place), std::move(now_ms)));
  LX_TRY(audit->cut_, audit->segments_.open(audit->now_ms_()));
  if (audit->cut_) log_event(LogLevel::error, "audit_cut");
  audit->marked_ms_ = audit->now_ms_();
  return audit;
}

Audit::~Audit() {
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : refusals_.ended(now_ms_(), true)) kept_.push_back(dated(entry, now_ms_()));
  }
  marked_ms_ = INT64_MIN;
  if (const Status tended = tend(); !tended) {
    log_event(LogLevel::error, "audit_lost", {{"reason", tended.error().message}});
  }
}

Status Audit::note(const Entry& entry) {
  log_entry(entry);
  std::unique_lock lock(mutex_);
  if (!gathering_) gathering_ = std::make_shared<Group>();
  const std::shared_ptr<Group> group = gathering_;
  for (const Entry& part : parts_of(entry)) group->entries.push_back(dated(part, now_ms_()));
  while (!group->done) {
    if (writing_) {
      written_.wait(lock);
    } else {
      write_queued(lock);
    }
  }
  return group->status ? Status{} : Status(tl::unexpected(group->status.error()));
}

void Audit::keep(const Entry& entry) {
  log_entry(entry);
  const std::lock_guard lock(mutex_);
  keep_dated(entry);
}

void Audit::keep_dated(const Entry& entry) {
  for (const Entry& part : parts_of(entry)) {
    if (kept_.size() < kept_max) {
      kept_.push_back(dated(part, now_ms_()));
    } else {
      ++missed_;
    }
  }
}

void Audit::refuse(const Entry& entry) {
  std::optional<Entry> first;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& sum : refusals_.ended(now_ms_())) keep_dated(sum);
    first = refusals_.count(entry, now_ms_());
    if (first) keep_dated(*first);
  }
  if (first) log_entry(*first);
}

// Writes what is kept and what is gathered, for all who wait; `lock` is held again when it returns.
void Audit::write_queued(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  const std::shared_ptr<Group> group = gathering_ ? std::move(gathering_) : std::make_shared<Group>();
  gathering_ = nullptr;
  std::vector<Value::Object> entries = std::move(kept_);
  kept_.clear();
  const std::size_t kept = entries.size();
  const std::int64_t missed = missed_, now_ms = now_ms_();
  lock.unlock();
  if (missed > 0) {
    Entry told;
    told.act = Act::audit_missed;
    told.by.kind = Actor::Kind::server;
    told.count = missed;
    entries.push_back(dated(told, now_ms));
  }
  std::move(group->entries.begin(), group->entries.end(), std::back_inserter(entries));
  Status written = entries.empty() ? Status{} : segments_.append(entries, now_ms);
  lock.lock();
  writing_ = false;
  if (written) {
    missed_ -= missed;
  } else {
    entries.resize(kept);  // what somebody waits for is his to note again
    std::move(kept_.begin(), kept_.end(), std::back_inserter(entries));
    kept_ = std::move(entries);
  }
  if (!written && !failing_) log_event(LogLevel::error, "audit_failing", {{"reason", written.error().message}});
  failing_ = !written;
  group->status = std::move(written);
  group->done = true;
  written_.notify_all();
}

Status Audit::ready() {
  std::unique_lock lock(mutex_);
  if (!failing_) return {};
  return flush(lock);
}

Status Audit::flush(std::unique_lock<std::mutex>& lock) {
  written_.wait(lock, [this] { return !writing_; });
  if (!gathering_) gathering_ = std::make_shared<Group>();
  const std::shared_ptr<Group> group = gathering_;
  write_queued(lock);
  return std::move(group->status);
}

Status Audit::tend() {
  const std::int64_t now_ms = now_ms_();
  std::unique_lock lock(mutex_);
  for (const Entry& sum : refusals_.ended(now_ms)) keep_dated(sum);
  if (!kept_.empty() || missed_ > 0 || failing_) LX_CHECK(flush(lock));
  const bool clock_went_back = now_ms < marked_ms_;
  if (now_ms < marked_ms_ + mark_every_ms && !clock_went_back) return {};
  marked_ms_ = now_ms;
  return alone(lock, [&] { return segments_.mark(now_ms); });
}

Result<Segments::Pruned> Audit::prune(std::int64_t days, bool dry_run) {
  if (days < keep_days_min) {
    return failure(Errc::invalid_argument,
                   "the audit log is kept for at least " + std::to_string(keep_days_min) + " days");
  }
  constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
  const std::int64_t now_ms = now_ms_();
  std::unique_lock lock(mutex_);
  return alone(lock, [&] { return segments_.prune(now_ms - days * day_ms, now_ms, dry_run); });
}

std::string Audit::wrong() const {
  const std::lock_guard lock(mutex_);
  if (failing_) {
    return "审计日志写不进磁盘：查看和导出记录、改动权限暂停，手机照常同步；请腾出空间或检查磁盘。 The audit log "
           "cannot "
           "be written: records are not shown and rights not changed until it can, phones sync as ever; make room, or "
           "look at the disk.";
  }
  if (cut_) {
    return "审计日志末尾缺少签名标记所记的行：请运行 lianxin-server audit verify 并追查原因。 Lines that the signed "
           "mark "
           "vouches for are gone from the end of the audit log: run lianxin-server audit verify, and find out why.";
  }
  return {};
}

}  // namespace lianxin::server
