#include "server/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <sstream>

#include "sync/server/push.h"

namespace lianxin::server {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

struct Metrics::State {
  prometheus::Registry registry;

  prometheus::Counter& pushes =
      BuildCounter().Name("lianxin_pushes_total").Help("Pushes committed, one studio each").Register(registry).Add({});
  prometheus::Family<prometheus::Counter>& changes =
      BuildCounter().Name("lianxin_changes_total").Help("Changes taken, by outcome").Register(registry);
  prometheus::Counter& applied = changes.Add({{"outcome", "applied"}});
  prometheus::Counter& held = changes.Add({{"outcome", "held"}});
  prometheus::Counter& again = changes.Add({{"outcome", "already_there"}});
  prometheus::Family<prometheus::Counter>& problems = BuildCounter()
                                                          .Name("lianxin_sync_problems_total")
                                                          .Help("Studios of a sync that were not served, by reason")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& sign_ins =
      BuildCounter().Name("lianxin_sign_ins_total").Help("Attempts to sign in, by outcome").Register(registry);
  prometheus::Counter& sign_ins_good = sign_ins.Add({{"outcome", "ok"}});
  prometheus::Counter& sign_ins_bad = sign_ins.Add({{"outcome", "refused"}});
  prometheus::Histogram& sync_seconds =
      BuildHistogram()
          .Name("lianxin_sync_seconds")
          .Help("Time to answer a sync, from the envelope read to the reply made")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});

  prometheus::Family<prometheus::Counter>& backups =
      BuildCounter().Name("lianxin_backups_total").Help("Scheduled backups, by outcome").Register(registry);
  prometheus::Counter& backups_good = backups.Add({{"outcome", "good"}});
  prometheus::Counter& backups_damaged = backups.Add({{"outcome", "damaged"}});
  prometheus::Counter& backups_failed = backups.Add({{"outcome", "failed"}});
  prometheus::Gauge& last_backup =
      gauge("lianxin_last_backup_seconds", "When the newest good backup was made, as Unix seconds; 0: there is none");
  std::atomic<std::int64_t> last_backup_ms = 0;

  prometheus::Gauge& records = gauge("lianxin_records", "Records, deleted ones included");
  prometheus::Gauge& conflicts = gauge("lianxin_conflicts_open", "Cells whose heads disagree and wait for a person");
  prometheus::Gauge& held_open = gauge("lianxin_held_open", "Changes stored whole that nobody has decided yet");
  prometheus::Gauge& search_lag = gauge("lianxin_search_lag", "Lines the search index is behind the logs");
  prometheus::Gauge& writer_queue = gauge("lianxin_writer_queue", "Transactions waiting for the writer");
  prometheus::Gauge& journal_waiting =
      gauge("lianxin_journal_waiting", "Journal entries of before a restore that cannot be taken again yet");
  prometheus::Gauge& kinds = gauge("lianxin_kinds_version", "Version of the record kinds in force");
  prometheus::Gauge& connections = gauge("lianxin_connections_open", "Connections of phones, desks and proxies");
  std::function<std::size_t()> open_connections;
  prometheus::Gauge& backlog = gauge("lianxin_device_backlog", "Changes that phones said they still hold");
  prometheus::Family<prometheus::Gauge>& devices =
      BuildGauge().Name("lianxin_devices").Help("Devices, by the age of their last sync").Register(registry);
  prometheus::Gauge& day = devices.Add({{"last_sync", "day"}});
  prometheus::Gauge& week = devices.Add({{"last_sync", "week"}});
  prometheus::Gauge& month = devices.Add({{"last_sync", "month"}});
  prometheus::Gauge& longer = devices.Add({{"last_sync", "longer"}});
  prometheus::Gauge& never = devices.Add({{"last_sync", "never"}});
  prometheus::Gauge& revoked = devices.Add({{"last_sync", "revoked"}});

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::pushed(const Pushed& pushed) {
  state_->pushes.Increment();
  state_->applied.Increment(static_cast<double>(pushed.applied));
  state_->held.Increment(static_cast<double>(pushed.held));
  state_->again.Increment(static_cast<double>(pushed.already_there));
}

void Metrics::sync_took(std::chrono::duration<double> seconds) { state_->sync_seconds.Observe(seconds.count()); }

void Metrics::studio_problem(const std::string& code) { state_->problems.Add({{"code", code}}).Increment(); }

void Metrics::signed_in(bool succeeded) { (succeeded ? state_->sign_ins_good : state_->sign_ins_bad).Increment(); }

void Metrics::backed_up(BackupOutcome outcome) {
  switch (outcome) {
    case BackupOutcome::good: return state_->backups_good.Increment();
    case BackupOutcome::damaged: return state_->backups_damaged.Increment();
    case BackupOutcome::failed: return state_->backups_failed.Increment();
  }
}

void Metrics::last_backup(std::int64_t made_ms) {
  state_->last_backup_ms = made_ms;
  state_->last_backup.Set(static_cast<double>(made_ms) / 1000);
}

std::int64_t Metrics::last_backup_ms() const { return state_->last_backup_ms; }

void Metrics::connections_by(std::function<std::size_t()> open) { state_->open_connections = std::move(open); }

std::string Metrics::text(const Gauges& gauges) {
  const auto set = [](prometheus::Gauge& gauge, std::int64_t value) { gauge.Set(static_cast<double>(value)); };
  set(state_->connections, state_->open_connections ? static_cast<std::int64_t>(state_->open_connections()) : 0);
  set(state_->records, gauges.records);
  set(state_->conflicts, gauges.conflicts_open);
  set(state_->held_open, gauges.held_open);
  set(state_->search_lag, gauges.search_lag);
  set(state_->writer_queue, gauges.writer_queue);
  set(state_->journal_waiting, gauges.journal_waiting);
  set(state_->kinds, gauges.kinds_version);
  set(state_->backlog, gauges.backlog);
  set(state_->day, gauges.devices_day);
  set(state_->week, gauges.devices_week);
  set(state_->month, gauges.devices_month);
  set(state_->longer, gauges.devices_longer);
  set(state_->never, gauges.devices_never);
  set(state_->revoked, gauges.devices_revoked);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, state_->registry.Collect());
  return std::move(out).str();
}

}  // namespace lianxin::server
