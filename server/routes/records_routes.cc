// Records at the desk: lists, one record, its history, ordinary edits.
#include <charconv>

#include "server/language/said.h"
#include "server/review/comments.h"
#include "server/review/history.h"
#include "server/review/record_view.h"
#include "server/routes/at_desk.h"
#include "server/routes/refusals.h"

namespace lianxin::server {
namespace {

using namespace parameters;
constexpr Parameter list_parameters[] = {studio,
                                         kind,
                                         from,
                                         to,
                                         state,
                                         review,
                                         village,
                                         words,
                                         conflict,
                                         held,
                                         revised,
                                         deleted,
                                         after,
                                         limit,
                                         {"parts", Parameter::Form::flag},
                                         {"withheld", Parameter::Form::flag}};

constexpr Parameter page_parameters[] = {{"before"}};

constexpr Member edit_members[] = {members::writes_owed, members::shown, members::seen, members::reason};

Result<Response> list(const Desk& desk, const Request& request) {
  ListAsked asked = list_asked(request);
  if (request.query_at("parts") == "1") asked.parts = ListAsked::Parts::each;
  LX_TRY(const ItemPage page, list_items(desk, asked));
  return shown(desk, request, list_view(desk, page));
}

template <class View>
OrRefused<Response> one(const Desk& desk, const Request& request, const View& view) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(desk, *place, request.capture("id")));
  LX_TRY(const Value value, view(desk, *place, record));
  request.entry->studio = place->studio;
  return shown(desk, request, value);
}

OrRefused<Response> history(const Desk& desk, const Request& request) {
  std::optional<Seq> before;
  if (const std::string_view asked = request.query_at("before"); !asked.empty()) {
    const auto [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), before.emplace());
    if (error != std::errc{} || end != asked.data() + asked.size() || *before < 0) {
      return refuse(Problem::bad_request, both("before 应当是上一页的 next", "\"before\" is the \"next\" of a page"),
                    {{"parameter", "before"}});
    }
  }
  return one(desk, request, [&](const Desk& at, const StudioPlace& place, const RecordId& record) {
    return history_view(at, place, record, before);
  });
}

OrRefused<Response> comments(const Desk& desk, const Request& request) {
  const std::string_view asked = request.query_at("before");
  const std::optional<RecordId> before = RecordId::parse(asked);
  if (!asked.empty() && !before) {
    return refuse(Problem::bad_request, both("before 应当是上一页的 next", "\"before\" is the \"next\" of a page"),
                  {{"parameter", "before"}});
  }
  return one(desk, request, [&](const Desk& at, const StudioPlace& place, const RecordId& record) {
    return comments_view(at, place, record, before);
  });
}

OrRefused<Response> edit(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Target target, target_asked(desk, request));
  const Value::List& writes = body.list_at("writes");
  const auto only = writes.size() == 1 ? Address::parse(writes.front().text_at("at")) : std::nullopt;
  const ActedOn on{target.place, target.row.record, target.row.kind, only.value_or(Address{})};
  if (const auto unknown = unknown_fields(desk, on.kind, body); !unknown.empty()) {
    return refusal_response(desk, request, unknown, on);
  }
  return act_response(desk, request, on, edit_record(desk, target, body));
}

}  // namespace

void add_records_routes(DeskRoutes& routes) {
  routes.get("/v1/records", list_parameters, list);
  routes.get("/v1/records/{studio}/{id}", {},
             [](const Desk& desk, const Request& request) { return one(desk, request, record_view); });
  routes.get("/v1/records/{studio}/{id}/history", page_parameters, history);
  routes.get("/v1/records/{studio}/{id}/comments", page_parameters, comments);
  routes.post("/v1/records/{studio}/{id}/edits", edit_members, edit);
}

}  // namespace lianxin::server
