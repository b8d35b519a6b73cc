// What a period comes to, and the medicine account.
#include "server/reports/stock.h"
#include "server/reports/totals.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

Result<Response> report(const Desk& desk, const Request& request,
                        Result<Value> (*view)(const Desk&, const ListAsked&)) {
  LX_TRY(const ListAsked asked, list_asked(request));
  LX_TRY(const Value value, view(desk, asked));
  return json_response(value);
}

}  // namespace

void add_totals_routes(Router& router, Server& server) {
  router.add("GET", "/v1/totals", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return report(desk, r, totals_view); });
  });
  router.add("GET", "/v1/stock", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return report(desk, r, stock_view); });
  });
}

}  // namespace lianxin::server
