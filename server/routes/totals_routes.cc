// What a period comes to, and the medicine account.
#include "server/reports/stock.h"
#include "server/reports/totals.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

using namespace parameters;
constexpr std::string_view totalled[] = {"micro_consultation", "clinic_visit", "outreach_visit", "concern"};
constexpr Parameter totals_parameters[] = {{"kind", Parameter::Form::kind, totalled}, studio, from, to, village};
constexpr Parameter stock_parameters[] = {studio, from, to};

DeskRoutes::Answer report(Result<Value> (*view)(const Desk&, const ListAsked&)) {
  return [view](const Desk& desk, const Request& request) -> Result<Response> {
    LX_TRY(const Value value, view(desk, list_asked(request)));
    return json_response(value);
  };
}

}  // namespace

void add_totals_routes(DeskRoutes& routes) {
  routes.get("/v1/totals", totals_parameters, report(totals_view));
  routes.get("/v1/stock", stock_parameters, report(stock_view));
}

}  // namespace lianxin::server
