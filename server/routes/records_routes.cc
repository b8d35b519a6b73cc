// Records at the desk: lists, one record, its history, ordinary edits.
#include "server/review/history.h"
#include "server/review/record_view.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

Result<Response> list(const Desk& desk, const Request& request) {
  LX_TRY(const ListAsked asked, list_asked(request));
  LX_TRY(const ItemPage page, list_items(desk, asked));
  return json_response(list_view(desk, page));
}

Result<Response> one(const Desk& desk, const Request& request,
                     Result<Value> (*view)(const Desk&, const StudioPlace&, const RecordId&)) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(request.capture("id")));
  LX_TRY(Value value, view(desk, *place, record));
  return json_response(value);
}

Result<Response> edit(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Target target, target_asked(desk, request));
  LX_TRY(const ActAnswer answer, edit_record(desk, target, body));
  return act_response(desk, request, answer);
}

}  // namespace

void add_records_routes(DeskRoutes& routes) {
  routes.get("/v1/records", list);
  routes.get("/v1/records/{studio}/{id}",
             [](const Desk& desk, const Request& request) { return one(desk, request, record_view); });
  routes.get("/v1/records/{studio}/{id}/history",
             [](const Desk& desk, const Request& request) { return one(desk, request, history_view); });
  routes.post("/v1/records/{studio}/{id}/edits", edit);
}

}  // namespace lianxin::server
