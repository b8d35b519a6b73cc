// What was refused at a desk and waits to be put right: listed, completed and tried again, or thrown away.
#include <algorithm>

#include "schema/json.h"
#include "server/http/router.h"
#include "server/language/said.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Member again_members[] = {{"body", Member::Form::any}, {"leave_out", Member::Form::texts}};

Value body_of(const DeskDraft& draft) {
  auto parsed = parse_json(draft.body);
  return parsed ? std::move(*parsed) : Value();
}

Value draft_view(const DeskDraft& draft) {
  return Value::Object{{"draft", draft.id}, {"made_ms", draft.made_ms}, {"path", draft.path}, {"body", body_of(draft)}};
}

Response drafts_of(const std::vector<DeskDraft>& drafts) {
  Value::List list;
  for (const DeskDraft& draft : drafts) list.push_back(draft_view(draft));
  return json_response(Value::Object{{"drafts", std::move(list)}});
}

OrRefused<DeskDraft> draft_asked(DeskDrafts& drafts, const Desk& desk, const Request& request) {
  LX_TRY(std::optional<DeskDraft> draft, drafts.find(desk.login, std::string(request.capture("draft"))));
  if (!draft) return refuse(Problem::not_found, both("您没有这份草稿", "you have no such draft"));
  return std::move(*draft);
}

// Members take the place of those of the draft; of its `writes` those at the same address do, and others are added.
Value completed(Value body, const Value& with, const Value::List& leave_out) {
  Value::Object& members = *body.object();
  Value::List writes = body.list_at("writes");
  const auto drop_at = [&](std::string_view address) {
    std::erase_if(writes, [&](const Value& write) { return write.text_at("at") == address; });
  };
  for (const Value& address : leave_out) drop_at(*address.text());
  for (const Value& write : with.list_at("writes")) {
    drop_at(write.text_at("at"));
    writes.push_back(write);
  }
  if (with.object()) {
    for (const auto& [name, value] : *with.object()) members.insert_or_assign(name, value);
  }
  if (members.contains("writes")) members.insert_or_assign("writes", std::move(writes));
  return body;
}

OrRefused<Response> again(DeskDrafts& drafts, Router& router, const Desk& desk, const Request& request,
                          const Value& body) {
  LX_TRY(const DeskDraft draft, draft_asked(drafts, desk, request));
  Value kept = body_of(draft);
  if (!kept.object()) kept = Value::Object{};
  const Value* with = body.find("body");
  if (with && !with->object()) {
    return refuse(Problem::bad_request, both("body 要是一个对象", "\"body\" is an object"), {{"field", "body"}});
  }
  Request anew = request;
  anew.path = draft.path;
  anew.captures.clear();
  anew.body = to_json(completed(std::move(kept), with ? *with : Value(), body.list_at("leave_out")));
  Response response = router.answer(std::move(anew));
  // Done, it is a draft no more; refused again, what was sent now is kept in its place.
  const auto document = parse_json(response.body);
  const bool kept_anew = document && (document->find("draft") || [&] {
                           const Value::List& results = document->list_at("results");
                           return !results.empty() && results.front().find("draft");
                         }());
  const bool done = response.status / 100 == 2 && !kept_anew;
  if (done || kept_anew) LX_CHECK(drafts.drop(desk.login, draft.id));
  return response;
}

}  // namespace

void add_draft_routes(DeskRoutes& routes, Router& router, DeskDrafts& drafts) {
  routes.get("/v1/drafts", {}, [&drafts](const Desk& desk, const Request&) -> OrRefused<Response> {
    LX_TRY(const std::vector<DeskDraft> mine, drafts.of(desk.login));
    return drafts_of(mine);
  });
  routes.get("/v1/drafts/{draft}", {}, [&drafts](const Desk& desk, const Request& request) -> OrRefused<Response> {
    LX_TRY(const DeskDraft draft, draft_asked(drafts, desk, request));
    return json_response(draft_view(draft));
  });
  routes.post("/v1/drafts/{draft}", again_members,
              [&drafts, &router](const Desk& desk, const Request& request, const Value& body) {
                return again(drafts, router, desk, request, body);
              });
  routes.remove("/v1/drafts/{draft}", [&drafts](const Desk& desk, const Request& request) -> OrRefused<Response> {
    LX_TRY(const DeskDraft draft, draft_asked(drafts, desk, request));
    LX_CHECK(drafts.drop(desk.login, draft.id));
    return no_content();
  });
}

}  // namespace lianxin::server
