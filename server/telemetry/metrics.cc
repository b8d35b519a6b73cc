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

namespace {

using Gauges = Metrics::Gauges;

struct AskedGauge {
  const char* name;
  const char* help;
  std::int64_t Gauges::*value;
};

constexpr AskedGauge asked_gauges[] = {
    {"lianxin_records", "Records, deleted ones included", &Gauges::records},
    {"lianxin_conflicts_open", "Cells whose heads disagree and wait for a person", &Gauges::conflicts_open},
    {"lianxin_held_open", "Changes stored whole that nobody has decided yet", &Gauges::held_open},
    {"lianxin_search_lag", "Lines the search index is behind the logs", &Gauges::search_lag},
    {"lianxin_writer_queue", "Transactions waiting for the writer", &Gauges::writer_queue},
    {"lianxin_journal_waiting", "Journal entries of before a restore that cannot be taken again yet",
     &Gauges::journal_waiting},
    {"lianxin_kinds_version", "Version of the record kinds in force", &Gauges::kinds_version},
    {"lianxin_kinds_files_left_out", "Files of record kinds that are wrong and not in force", &Gauges::kinds_left_out},
    {"lianxin_device_backlog", "Changes that phones said they still hold", &Gauges::backlog}};

constexpr std::pair<const char*, std::int64_t Gauges::*> ages_of_last_sync[] = {
    {"day", &Gauges::devices_day},       {"week", &Gauges::devices_week},   {"month", &Gauges::devices_month},
    {"longer", &Gauges::devices_longer}, {"never", &Gauges::devices_never}, {"revoked", &Gauges::devices_revoked}};

constexpr const char* backup_outcomes[] = {"good", "damaged", "failed"};  // in the order of the enumeration

}  // namespace

struct Metrics::State {
  using Counters = prometheus::Family<prometheus::Counter>;

  prometheus::Registry registry;

  prometheus::Counter& pushes = counters("lianxin_pushes_total", "Pushes committed, one studio each").Add({});
  Counters& changes = counters("lianxin_changes_total", "Changes taken, by outcome");
  prometheus::Counter& applied = changes.Add({{"outcome", "applied"}});
  prometheus::Counter& held = changes.Add({{"outcome", "held"}});
  prometheus::Counter& again = changes.Add({{"outcome", "already_there"}});
  Counters& problems = counters("lianxin_sync_problems_total", "Studios of a sync that were not served, by reason");

  Counters& sign_ins = counters("lianxin_sign_ins_total", "Attempts to sign in, by outcome");
  prometheus::Counter& sign_ins_good = sign_ins.Add({{"outcome", "ok"}});
  prometheus::Counter& sign_ins_bad = sign_ins.Add({{"outcome", "refused"}});

  prometheus::Histogram& sync_seconds =
      BuildHistogram()
          .Name("lianxin_sync_seconds")
          .Help("Time to answer a sync, from the envelope read to the reply made")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});

  Counters& backups = counters("lianxin_backups_total", "Scheduled backups, by outcome");
  prometheus::Gauge& last_backup =
      gauge("lianxin_last_backup_seconds", "When the newest good backup was made, as Unix seconds; 0: there is none");
  std::atomic<std::int64_t> last_backup_ms = 0;

  std::function<std::size_t()> open_connections;
  prometheus::Gauge& connections = gauge("lianxin_connections_open", "Connections of phones, desks and proxies");
  prometheus::Family<prometheus::Gauge>& devices =
      BuildGauge().Name("lianxin_devices").Help("Devices, by the age of their last sync").Register(registry);

  State() {
    for (const char* outcome : backup_outcomes) backups.Add({{"outcome", outcome}});
  }

  Counters& counters(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(registry);
  }
  // The same one whenever it is asked for.
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
  state_->backups.Add({{"outcome", backup_outcomes[static_cast<std::size_t>(outcome)]}}).Increment();
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
  for (const AskedGauge& each : asked_gauges) set(state_->gauge(each.name, each.help), gauges.*each.value);
  for (const auto& [age, value] : ages_of_last_sync) set(state_->devices.Add({{"last_sync", age}}), gauges.*value);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, state_->registry.Collect());
  return std::move(out).str();
}

}  // namespace lianxin::server
