// One field, unmasked for a reason (server/review/unmask.h).
#include "server/people/unmasked.h"
#include "server/review/unmask.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Member unmask_members[] = {{"field", Member::Form::text, true},
                                     {"reason_code", Member::Form::text, true},
                                     {"reason", Member::Form::text, true}};

// Of the reason only its code: the words may name the person.
void put_on_record(const Request& request, const StudioPlace& place, const RecordId& record, const Unmasking& asked) {
  about(request, place, record);
  request.entry->reason = asked.reason_code;
  request.entry->add("field", asked.field);
}

OrRefused<Response> unmask(Unmasked& unmasked, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(desk, *place, request.capture("id")));
  const Unmasking asked{std::string(body.text_at("field")), std::string(body.text_at("reason_code")),
                        std::string(body.text_at("reason"))};
  LX_CHECK(may_unmask(desk, *place, record, asked));
  put_on_record(request, *place, record, asked);
  LX_TRY(const std::int64_t until_ms,
         unmasked.open(desk.device.member, place->studio, record, asked.field, desk.now_ms));
  LX_TRY(Value view, unmasked_view(desk, *place, record, asked.field));
  view.object()->emplace("studio", place->studio.text());
  view.object()->emplace("record", record.text());
  view.object()->emplace("until_ms", until_ms);
  return json_response(view);
}

}  // namespace

void add_unmask_routes(DeskRoutes& routes, Unmasked& unmasked) {
  routes.post("/v1/records/{studio}/{id}/unmask", unmask_members,
              [&unmasked](const Desk& desk, const Request& request, const Value& body) {
                return unmask(unmasked, desk, request, body);
              });
}

}  // namespace lianxin::server
