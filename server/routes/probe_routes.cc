// What machines ask: is it alive, how is it doing, what does it speak.
#include <memory>
#include <mutex>

#include "schema/saturating.h"
#include "server/audit/audit.h"
#include "server/http/encoding.h"
#include "server/kinds/kinds_folder.h"
#include "server/people/grants.h"
#include "server/routes/openapi_document.h"
#include "server/routes/routes.h"
#include "server/storage/list_store.h"
#include "server/storage/sql.h"
#include "server/upkeep/machine_check.h"
#include "server/upkeep/settling.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// It is alive and answers; what somebody should look at makes it degraded. Anybody may ask, so no more is said than
// which sort of thing that is: the log, the metrics and `kinds check` say what it is.
OrRefused<Response> health(const ProbeParts& parts) {
  // A read that touches the disk: a process that answers without its database is not alive to anybody.
  LX_CHECK(parts.grants.version());
  const MachineCheck::Wrong machine = parts.machine.wrong();
  Value::List faults;
  if (!parts.kinds.left_out().empty()) faults.emplace_back("kinds");
  if (!machine.disk.empty()) faults.emplace_back("disk");
  if (!machine.clock.empty()) faults.emplace_back("clock");
  if (!parts.audit.wrong().empty()) faults.emplace_back("audit");
  Value::Object answer{{"status", faults.empty() ? "ok" : "degraded"}};
  if (!faults.empty()) answer.emplace("faults", std::move(faults));
  return json_response(std::move(answer));
}

void count(const Device& device, std::int64_t now_ms, Metrics::Gauges& gauges) {
  if (device.status == DeviceStatus::retired) return;
  if (device.cut_off()) {
    ++gauges.devices_revoked;
    return;
  }
  gauges.backlog = saturating_add(gauges.backlog, device.backlog);
  const std::int64_t age_ms = now_ms - device.last_sync_ms;
  if (device.last_sync_ms == 0) {
    ++gauges.devices_never;
  } else if (age_ms < day_ms) {
    ++gauges.devices_day;
  } else if (age_ms < 7 * day_ms) {
    ++gauges.devices_week;
  } else if (age_ms < 30 * day_ms) {
    ++gauges.devices_month;
  } else {
    ++gauges.devices_longer;
  }
}

Result<Metrics::Gauges> gauges_of(const ProbeParts& parts) {
  Metrics::Gauges gauges;
  LX_TRY(const std::vector<StudioId> studios, parts.store.studios());
  LX_TRY(const StudioTotals totals, parts.lists.totals(studios));
  gauges.records = totals.records;
  gauges.conflicts_open = totals.conflicts;
  gauges.held_open = totals.held;
  gauges.search_lag = totals.search_lag;
  gauges.writer_queue = static_cast<std::int64_t>(parts.database.counts().queued);
  gauges.journal_waiting = static_cast<std::int64_t>(parts.journal.waiting());
  gauges.kinds_version = parts.kinds.current()->catalog.version;
  gauges.kinds_left_out = static_cast<std::int64_t>(parts.kinds.left_out().size());
  LX_TRY(const std::vector<Device> devices, parts.devices.all());
  for (const Device& device : devices) count(device, parts.moments.now_ms(), gauges);
  return gauges;
}

// Some of the gauges read whole tables, and whoever scrapes does so every few seconds.
class RecentGauges {
 public:
  Result<Metrics::Gauges> of(const ProbeParts& parts) {
    constexpr std::int64_t good_for_ms = 10'000;
    const std::int64_t now_ms = parts.moments.now_ms();
    const std::lock_guard lock(mutex_);
    if (now_ms >= read_ms_ && now_ms - read_ms_ < good_for_ms) return gauges_;
    LX_TRY(gauges_, gauges_of(parts));
    read_ms_ = now_ms;
    return gauges_;
  }

 private:
  std::mutex mutex_;
  std::int64_t read_ms_ = 0;
  Metrics::Gauges gauges_;
};

}  // namespace

void add_probe_routes(Router& router, const ProbeParts& parts) {
  router.add("GET", "/healthz", answering([parts](const Request&) { return health(parts); }), 0,
             route_quiet | route_open);
  const auto document = fixed_body(std::string(openapi_document));
  router.add(
      "GET", "/openapi.json", [document](const Request&) { return fixed_response(document, "application/json"); }, 0,
      route_open);
}

void add_metrics_route(Router& router, const ProbeParts& parts) {
  const auto recent = std::make_shared<RecentGauges>();
  const auto metrics = [parts, recent](const Request&) -> OrRefused<Response> {
    LX_TRY(const Metrics::Gauges gauges, recent->of(parts));
    return text_response(parts.metrics.text(gauges), "text/plain; version=0.0.4; charset=utf-8");
  };
  router.add("GET", "/metrics", answering(metrics), 0, route_quiet | route_open);
}

}  // namespace lianxin::server
