#include "server/parts/all_routes.h"

#include "server/parts/parts.h"
#include "server/routes/at_desk.h"
#include "server/routes/audited.h"

namespace lianxin::server {

namespace {

ProbeParts probed(Parts& parts) {
  return {*parts.moments,  *parts.grants,           *parts.kinds,   *parts.devices, *parts.store, *parts.lists,
          *parts.database, *parts.journal_settling, *parts.machine, *parts.audit,   parts.metrics};
}

}  // namespace

Router make_metrics_router(Parts& parts) {
  Router router;
  add_metrics_route(router, probed(parts));
  return router;
}

std::function<void(const Route*, const Request&, const Response&)> refusals_noted(Parts& parts) {
  return [&audit = *parts.audit](const Route* route, const Request& request, const Response& refusal) {
    note_refused(audit, route, request, refusal);
  };
}

Router make_router(Parts& parts) {
  Router router;
  add_probe_routes(router, probed(parts));
  add_device_routes(router, *parts.devices, *parts.enrolment, *parts.moments, parts.code_guesses, parts.device_limits);
  add_sync_routes(router,
                  {*parts.devices, *parts.pins, *parts.renewals, *parts.address, *parts.sync_notes, *parts.moments,
                   *parts.store, *parts.mender, parts.metrics, parts.device_limits},
                  *parts.kinds);
  add_session_routes(router, {*parts.accounts, *parts.sessions, *parts.factors, *parts.moments, parts.metrics});

  const DeskParts desk{*parts.sessions, *parts.drafts,  *parts.devices,
                       *parts.keys,     *parts.moments, *parts.store,
                       *parts.lists,    parts.unmasked, parts.second_factor_required};
  DeskRoutes routes(router, desk);
  add_records_routes(routes);
  add_review_routes(routes);
  add_duplicates_routes(routes);
  add_devices_routes(routes, *parts.devices, *parts.pins);
  add_grants_routes(routes, *parts.grants, *parts.moments);
  add_codes_routes(routes, *parts.codes, *parts.enrolment);
  add_accounts_routes(routes, {*parts.accounts, *parts.sessions, *parts.factors});
  add_export_routes(routes, *parts.audit);
  add_unmask_routes(routes, parts.unmasked);
  add_erasing_routes(routes);
  add_audit_routes(routes, parts.folder->audit());
  add_totals_routes(routes);
  add_studios_routes(routes, *parts.grants, *parts.moments);
  add_receipt_routes(routes);
  add_picture_routes(routes, *parts.address);
  add_draft_routes(routes, router, *parts.drafts);
  add_restoration_routes(routes, *parts.database, *parts.sync_notes, *parts.devices, *parts.journal_settling);
  router.around(noting(*parts.audit));
  return router;
}

}  // namespace lianxin::server
