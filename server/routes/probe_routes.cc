// What machines ask: is it alive, how is it doing, what does it speak.
#include "schema/saturating.h"
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

// It is alive and answers; what somebody should look at makes it degraded, and is said beside.
OrRefused<Response> health(const ProbeParts& parts) {
  // A read that touches the disk: a process that answers without its database is not alive to anybody.
  LX_CHECK(parts.grants.version());
  Value::Object answer{{"version", LIANXIN_VERSION}};
  Value::List kinds;
  for (const WrongKinds& each : parts.kinds.left_out()) {
    kinds.push_back(Value::Object{{"file", each.file}, {"wrong", each.wrong}});
  }
  const MachineCheck::Wrong machine = parts.machine.wrong();
  const bool well = kinds.empty() && machine == MachineCheck::Wrong{};
  if (!kinds.empty()) answer.emplace("kinds", std::move(kinds));
  if (!machine.disk.empty()) answer.emplace("disk", machine.disk);
  if (!machine.clock.empty()) answer.emplace("clock", machine.clock);
  answer.emplace("status", well ? "ok" : "degraded");
  if (const std::int64_t made_ms = parts.metrics.last_backup_ms(); made_ms > 0) {
    answer.emplace("last_backup_ms", made_ms);
    answer.emplace("last_backup_age_s", (parts.moments.now_ms() - made_ms) / 1000);
  }
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

OrRefused<Response> metrics(const ProbeParts& parts) {
  LX_TRY(const Metrics::Gauges gauges, gauges_of(parts));
  return text_response(parts.metrics.text(gauges), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

void add_probe_routes(Router& router, const ProbeParts& parts) {
  router.add("GET", "/healthz", answering([parts](const Request&) { return health(parts); }), 0, route_quiet);
  router.add("GET", "/metrics", answering([parts](const Request&) { return metrics(parts); }), 0, route_quiet);
  router.add("GET", "/openapi.json",
             [](const Request&) { return text_response(std::string(openapi_document), "application/json"); });
}

}  // namespace lianxin::server
