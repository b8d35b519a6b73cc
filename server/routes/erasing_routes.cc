// A privacy officer's routes: where else a person stands, and erasing (server/review/erasing.h).
#include "server/review/erasing.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Member erase_members[] = {{"fields", Member::Form::texts}, {"reason", Member::Form::text, true}};

Value::List texts_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

OrRefused<Response> mentions(const Desk& desk, const Request& request) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(desk, *place, request.capture("id")));
  LX_TRY(const Mentions found, mentions_of(desk, *place, record));
  about(request, *place, record);
  request.entry->count = static_cast<std::int64_t>(found.found.size());
  Value::List list;
  for (const Mention& mention : found.found) {
    list.push_back(Value::Object{{"studio", mention.place->studio.text()},
                                 {"studio_code", mention.place->code},
                                 {"record", mention.record.text()},
                                 {"kind", mention.kind},
                                 {"linked", texts_of(mention.linked)},
                                 {"fields", texts_of(mention.fields)}});
  }
  return json_response(Value::Object{{"mentions", std::move(list)}, {"more", found.more}});
}

OrRefused<Response> erase(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(desk, *place, request.capture("id")));
  Erasing erasing{record, {}, std::string(body.text_at("reason"))};
  for (const Value& field : body.list_at("fields")) erasing.fields.push_back(*field.text());
  about(request, *place, record);
  LX_TRY(const ErasingDone done, erase_record(desk, *place, erasing));
  for (const std::string& field : erasing.fields) request.entry->add("field", field);
  request.entry->count = static_cast<std::int64_t>(done.changes);
  return json_response(Value::Object{{"studio", place->studio.text()},
                                     {"record", record.text()},
                                     {"changes", static_cast<std::int64_t>(done.changes)},
                                     {"seq", done.seq}});
}

}  // namespace

void add_erasing_routes(DeskRoutes& routes) {
  routes.get("/v1/records/{studio}/{id}/mentions", {}, mentions);
  routes.post("/v1/records/{studio}/{id}/erase", erase_members, erase);
}

}  // namespace lianxin::server
