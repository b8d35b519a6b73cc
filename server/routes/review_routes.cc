// What waits for a coordinator, and what is decided: conflicts, held changes, verdicts, steps.
#include "server/review/record_view.h"
#include "server/review/refused.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr std::size_t verdicts_max = 200;  // each is a transaction of its own

Result<Response> conflicts(const Desk& desk, const Request& request) {
  LX_TRY(ListAsked asked, list_asked(request));
  asked.with_conflict = true;
  asked.with_deleted = true;  // a delete may be one side of it
  LX_TRY(const ItemPage page, list_items(desk, asked));
  return json_response(conflict_list_view(desk, page));
}

Result<Response> held(const Desk& desk, const Request& request) {
  LX_TRY(const ListAsked asked, list_asked(request));
  LX_TRY(const Value view, held_list_view(desk, asked.studio, asked.rows_max));
  return json_response(view);
}

Result<Response> decide(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  const auto change = ChangeId::parse(request.capture("change"));
  if (!change) return failure(Errc::invalid_argument, "a change's id is 32 hex digits");
  LX_TRY(const ActAnswer answer, decide_held(desk, *place, *change, body));
  return act_response(desk, request, answer);
}

using ActOnTarget = Result<ActAnswer> (*)(const Desk&, const Target&, const Value&);

DeskRoutes::PostAnswer on_target(ActOnTarget act) {
  return [act](const Desk& desk, const Request& request, const Value& body) -> Result<Response> {
    LX_TRY(const Target target, target_asked(desk, request));
    LX_TRY(const ActAnswer answer, act(desk, target, body));
    return act_response(desk, request, answer);
  };
}

Result<ActAnswer> verdict_on(const Desk& desk, const Value& item) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, item.text_at("studio")));
  LX_TRY(const RecordId record, record_asked(item.text_at("record")));
  LX_TRY(const Target target, target_of(desk, *place, record));
  return give_verdict(desk, target, item);
}

// One that fails holds up no other: each item has its own outcome.
Value outcome_of(const Desk& desk, const Value& item, const Result<ActAnswer>& answer) {
  Value::Object outcome{{"studio", item.text_at("studio")}, {"record", item.text_at("record")}};
  if (!answer) {
    outcome.emplace("outcome", name_of(answer.error().code));
    // About what the caller sent, or another's step that came first; never a failure of our own in detail.
    const bool tell = answer.error().code == Errc::invalid_argument || answer.error().code == Errc::conflict;
    if (tell) outcome.emplace("detail", answer.error().message);
  } else if (!answer->ok()) {
    outcome.emplace("outcome", "refused");
    outcome.emplace("refusals", refused_view(desk, answer->acted.refused));
  } else {
    outcome.emplace("outcome", "done");
    outcome.emplace("seq", answer->acted.seq);
    outcome.emplace("now", answer->record);
  }
  return outcome;
}

Result<Response> verdicts(const Desk& desk, const Request&, const Value& body) {
  const Value::List one{body};
  const Value::List& items = body.find("verdicts") ? body.list_at("verdicts") : one;
  if (items.empty() || items.size() > verdicts_max) {
    return failure(Errc::invalid_argument, "\"verdicts\" is a list of 1 to 200");
  }
  Value::List results;
  for (const Value& item : items) results.push_back(outcome_of(desk, item, verdict_on(desk, item)));
  return json_response(Value::Object{{"results", std::move(results)}});
}

}  // namespace

void add_review_routes(DeskRoutes& routes) {
  routes.get("/v1/conflicts", conflicts);
  routes.get("/v1/held", held);
  routes.post("/v1/held/{studio}/{change}", decide);
  routes.post("/v1/verdicts", verdicts);
  routes.post("/v1/records/{studio}/{id}/steps", on_target(take_step));
  routes.post("/v1/records/{studio}/{id}/undo", on_target(undo_step));
  routes.post("/v1/records/{studio}/{id}/resolve", on_target(resolve_conflict));
}

}  // namespace lianxin::server
