// Records at the desk: lists, one record, its history, ordinary edits.
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
  return act_response(request, answer);
}

}  // namespace

void add_records_routes(Router& router, Server& server) {
  router.add("GET", "/v1/records", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return list(desk, r); });
  });
  router.add("GET", "/v1/records/{studio}/{id}", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return one(desk, r, record_view); });
  });
  router.add("GET", "/v1/records/{studio}/{id}/history", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return one(desk, r, history_view); });
  });
  router.add(
      "POST", "/v1/records/{studio}/{id}/edits",
      [&server](const Request& r) {
        return post_at_desk(server, r, [&](const Desk& desk, const Value& body) { return edit(desk, r, body); });
      },
      desk_body_bytes_max);
}

}  // namespace lianxin::server
