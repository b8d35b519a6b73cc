// What waits for a coordinator, and what is decided: conflicts, held changes, verdicts, steps.
#include "schema/json.h"
#include "server/language/said.h"
#include "server/review/record_view.h"
#include "server/routes/at_desk.h"
#include "server/routes/refusals.h"
#include "server/storage/snapshot.h"

namespace lianxin::server {
namespace {

constexpr const char* verdicts_path = "/v1/verdicts";
constexpr std::size_t verdicts_max = 200;  // each is a transaction of its own

constexpr Parameter conflicts_parameters[] = {parameters::studio,  parameters::kind,  parameters::from, parameters::to,
                                              parameters::village, parameters::after, parameters::limit};
constexpr Parameter held_parameters[] = {parameters::studio, parameters::after, parameters::limit};

using members::Form;
constexpr Member decision_members[] = {
    {"decision", Form::text, true}, members::writes, members::shown, members::seen, members::reason};
constexpr Member step_members[] = {
    {"field"},      {"from"},      {"to", Form::text, true}, {"marks", Form::texts}, members::writes,
    members::shown, members::seen, members::reason};
constexpr Member undo_members[] = {{"field"}, members::seen, members::reason};
constexpr Member resolve_members[] = {{"address", Form::text, true}, {"keep"},      {"value", Form::any},
                                      {"heads", Form::texts},        members::seen, members::reason};
constexpr Member verdict_members[] = {{"studio", Form::text, true},
                                      {"record", Form::text, true},
                                      {"to", Form::text, true},
                                      {"from"},
                                      members::reason,
                                      {"marks", Form::texts},
                                      {"comment"},
                                      members::seen};
constexpr Member verdicts_members[] = {{"verdicts", Form::objects, true, verdict_members}};

Members verdict_or_many(const Value& body) {
  return body.find("verdicts") ? Members(verdicts_members) : Members(verdict_members);
}

Result<Response> conflicts(const Desk& desk, const Request& request) {
  ListAsked asked = list_asked(request);
  asked.with_conflict = true;
  asked.with_deleted = true;  // a delete may be one side of it
  LX_TRY(const ItemPage page, list_items(desk, asked));
  return shown(desk, request, conflict_list_view(desk, page));
}

Result<Response> held(const Desk& desk, const Request& request) {
  LX_TRY(const Value view, held_list_view(desk, list_asked(request)));
  return shown(desk, request, view);
}

OrRefused<Response> decide(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  const auto change = ChangeId::parse(request.capture("change"));
  if (!change) {
    return refuse(Problem::bad_request, both("改动的标识是 32 位十六进制数字", "a change's id is 32 hex digits"));
  }
  constexpr std::string_view decisions[] = {"release", "correct", "dismiss"};
  const std::string_view decision = body.text_at("decision");
  if (std::find(std::begin(decisions), std::end(decisions), decision) == std::end(decisions)) {
    return refuse(
        Problem::bad_request,
        both("decision 可以是 release（放行）、correct（更正）、dismiss（不予采用），不能是 " + in_quotes(decision),
             "\"decision\" is release, correct or dismiss, not " + in_quotes(decision)),
        {{"field", "decision"},
         {"given", decision},
         {"allowed", Value::List(std::begin(decisions), std::end(decisions))}});
  }
  LX_TRY(const auto logged, ask_studio(desk.store, place->studio,
                                       [&](ReadTxn& snapshot) { return snapshot.logged(std::span(&*change, 1)); }));
  const bool known = !logged.empty() && logged.front();
  const auto target = known ? target_of(desk, *place, logged.front()->record) : Result<Target>(no_record({}));
  if (!target) {
    return refuse(Problem::not_found, both("没有改动 " + change->text() + "，或您无权查看",
                                           "there is no change " + change->text() + " that you may see"));
  }
  about(request, *place, target->row.record);
  request.entry->about = change->text();
  request.entry->add("decision", decision);
  const ActedOn on{place, target->row.record, target->row.kind, {std::string(held_field), change->text(), {}}};
  if (const auto unknown = unknown_fields(desk, on.kind, body); !unknown.empty()) {
    return refusal_response(desk, request, unknown, on);
  }
  return act_response(desk, request, on, decide_held(desk, *place, *change, body));
}

OrRefused<Response> step(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Target target, target_asked(desk, request));
  const std::string field(body.text_at("field", "state"));
  const ActedOn on{target.place, target.row.record, target.row.kind, {field, {}, {}}};
  if (const auto unknown = unknown_fields(desk, on.kind, body); !unknown.empty()) {
    return refusal_response(desk, request, unknown, on);
  }
  return act_response(desk, request, on, take_step(desk, target, body));
}

OrRefused<Response> undo(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Target target, target_asked(desk, request));
  const std::string field(body.text_at("field", "_review"));
  return act_response(desk, request, {target.place, target.row.record, target.row.kind, {field, {}, {}}},
                      undo_step(desk, target, body));
}

OrRefused<Response> resolve(const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Target target, target_asked(desk, request));
  const auto at = Address::parse(body.text_at("address"));
  if (!at) {
    const std::string given = in_quotes(body.text_at("address"));
    return refuse(Problem::bad_request,
                  both("address 不是一个栏目的地址：" + given, "\"address\" is no address: " + given),
                  {{"field", "address"}});
  }
  return act_response(desk, request, {target.place, target.row.record, target.row.kind, *at},
                      resolve_conflict(desk, target, body));
}

// How one of many verdicts ended, of which each has its own outcome: one that fails holds up no other.
Value outcome_of(const Desk& desk, const Value& item, const ActedOn& on, const Result<ActAnswer>& answer) {
  Value::Object outcome{{"studio", item.text_at("studio")}, {"record", item.text_at("record")}};
  if (!answer) {
    const Error error = in_words(answer.error());
    outcome.emplace("outcome", name_of(error.code));
    outcome.emplace("code", text_of(problem_of(error.code)).code);
    // Never a failure of our own in detail.
    const Value document = document_of(problem(error, desk.zh() ? Language::zh : Language::en));
    if (const std::string_view detail = document.text_at("detail"); !detail.empty()) outcome.emplace("detail", detail);
    if (error.code == Errc::conflict) {
      outcome.emplace("now", state_now(desk, on));
      if (std::string draft = desk.keep_draft(verdicts_path, to_json(item)); !draft.empty()) {
        outcome.emplace("draft", std::move(draft));
      }
    }
  } else if (!answer->ok()) {
    outcome.emplace("outcome", "refused");
    RefusalTold told = told_of(desk, answer->acted.refused, verdicts_path, to_json(item));
    outcome.emplace("detail", desk.zh() ? std::move(told.zh) : std::move(told.en));
    outcome.merge(std::move(told.members));
    if (changed_meanwhile(answer->acted.refused.front().code)) outcome.emplace("now", state_now(desk, on));
  } else {
    outcome.emplace("outcome", "done");
    Value::List confirmed;
    for (const RecordId& one : answer->confirmed) confirmed.emplace_back(one.text());
    if (!confirmed.empty()) outcome.emplace("confirmed", std::move(confirmed));
    outcome.emplace("seq", answer->acted.seq);
    outcome.emplace("now", answer->record);
  }
  return outcome;
}

Value not_given(const Request& request, const Value& item, const Refused& why) {
  const Value document = document_of(why.response(request));
  Value::Object outcome{{"studio", item.text_at("studio")},
                        {"record", item.text_at("record")},
                        {"outcome", document.text_at("code")},
                        {"code", document.text_at("code")},
                        {"detail", document.text_at("detail")}};
  if (const Value* records = document.find("records")) outcome.emplace("records", *records);
  return outcome;
}

OrRefused<Value> verdict_on(const Desk& desk, const Request& request, const Value& item) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, item.text_at("studio")));
  LX_TRY(const Target target, target_named(desk, *place, item.text_at("record")));
  about(request, *place, target.row.record);
  return outcome_of(desk, item, {place, target.row.record, target.row.kind, {"_review", {}, {}}},
                    give_verdict(desk, target, item));
}

OrRefused<Response> verdicts(const Desk& desk, const Request& request, const Value& body) {
  const Value::List one{body};
  const Value::List& items = body.find("verdicts") ? body.list_at("verdicts") : one;
  if (items.empty() || items.size() > verdicts_max) {
    return refuse(Problem::bad_request, both("verdicts 要有 1 到 200 项", "\"verdicts\" is a list of 1 to 200"),
                  {{"field", "verdicts"}});
  }
  Value::List results;
  for (const Value& item : items) {
    OrRefused<Value> outcome = verdict_on(desk, request, item);
    results.push_back(outcome ? std::move(*outcome) : not_given(request, item, outcome.error()));
  }
  return json_response(Value::Object{{"results", std::move(results)}});
}

}  // namespace

void add_review_routes(DeskRoutes& routes) {
  routes.get("/v1/conflicts", conflicts_parameters, conflicts);
  routes.get("/v1/held", held_parameters, held);
  routes.post("/v1/held/{studio}/{change}", decision_members, decide);
  routes.post_as(verdicts_path, verdict_or_many, verdicts);
  routes.post("/v1/records/{studio}/{id}/steps", step_members, step);
  routes.post("/v1/records/{studio}/{id}/undo", undo_members, undo);
  routes.post("/v1/records/{studio}/{id}/resolve", resolve_members, resolve);
}

}  // namespace lianxin::server
