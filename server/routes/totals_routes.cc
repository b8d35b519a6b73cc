// What a period comes to, and the medicine account.
#include "server/reports/stock.h"
#include "server/reports/totals.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

DeskRoutes::Answer report(Result<Value> (*view)(const Desk&, const ListAsked&)) {
  return [view](const Desk& desk, const Request& request) -> Result<Response> {
    LX_TRY(const ListAsked asked, list_asked(request));
    LX_TRY(const Value value, view(desk, asked));
    return json_response(value);
  };
}

}  // namespace

void add_totals_routes(DeskRoutes& routes) {
  routes.get("/v1/totals", report(totals_view));
  routes.get("/v1/stock", report(stock_view));
}

}  // namespace lianxin::server
