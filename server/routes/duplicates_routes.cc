// Records that are one and the same: candidates, joining, parting. Parting is a POST of its own: proxies drop the body
// of a DELETE, and both records have to be named.
#include "server/language/said.h"
#include "server/review/candidates.h"
#include "server/review/join.h"
#include "server/review/join_acts.h"
#include "server/routes/at_desk.h"
#include "server/routes/refusals.h"

namespace lianxin::server {
namespace {

constexpr Member end_members[] = {{"studio", Member::Form::text, true}, {"record", Member::Form::text, true}};
constexpr Member end_a{"a", Member::Form::object, true, end_members},
    end_b{"b", Member::Form::object, true, end_members};
constexpr Member join_members[] = {end_a, end_b, {"counters", Member::Form::text, true}, {"primary"}, members::reason};
constexpr Member part_members[] = {end_a, end_b, members::reason};

constexpr std::string_view compared_kinds[] = {"micro_consultation", "outreach_visit", "concern"};
constexpr Parameter candidates_parameters[] = {{"month", Parameter::Form::month},
                                               parameters::studio,
                                               {"kind", Parameter::Form::kind, compared_kinds},
                                               parameters::after};

OrRefused<Pair> pair_end(const Desk& desk, const Value& body, std::string_view name) {
  const Value& end = *body.find(name);
  LX_TRY(const StudioPlace* place, studio_asked(desk, end.text_at("studio")));
  LX_TRY(const RecordId record, record_asked(desk, *place, end.text_at("record")));
  return Pair{place, record};
}

// The one of the two that is to stand for both, by its id or a number.
OrRefused<RecordId> primary_asked(const Desk& desk, const Pair& a, const Pair& b, std::string_view text) {
  for (const Pair& end : {a, b}) {
    const auto record = record_asked(desk, *end.place, text);
    if (record && *record == end.record) return *record;
  }
  return refuse(
      Problem::bad_request,
      both("primary 要是这两条记录之一：" + in_quotes(text), "\"primary\" is one of the two, not " + in_quotes(text)),
      {{"field", "primary"}, {"given", text}});
}

Value component_value(const Desk& desk, const Component& component) {
  Value::List records;
  for (const JoinedRecord& joined : component.records) {
    records.push_back(Value::Object{{"studio", joined.studio.text()}, {"record", joined.seen.row.record.text()}});
  }
  Value::Object counters;
  for (const auto& [name, count] : combined_counters(desk.catalog, component)) counters.emplace(name, count);
  return Value::Object{
      {"primary", component.primary().text()}, {"records", std::move(records)}, {"counters", std::move(counters)}};
}

OrRefused<Response> change_edge(const Desk& desk, const Request& request, const Value& body, bool join) {
  LX_TRY(const Pair a, pair_end(desk, body, "a"));
  LX_TRY(const Pair b, pair_end(desk, body, "b"));
  about(request, *a.place, a.record);
  about(request, *b.place, b.record);
  if (a.record == b.record) {
    return refuse(Problem::bad_request, both("一条记录不能与它自己合并", "a record is not joined with itself"));
  }
  Result<Acted> acted;
  if (join) {
    const std::string_view counters = body.text_at("counters");
    if (counters != "sum" && counters != "larger") {
      return refuse(Problem::bad_request,
                    both("counters 可以是 sum（相加）或 larger（取大）", "\"counters\" is sum or larger"),
                    {{"field", "counters"}, {"given", counters}, {"allowed", Value::List{"sum", "larger"}}});
    }
    JoinAsked asked{counters == "sum", std::nullopt, std::string(body.text_at("reason"))};
    if (const std::string_view primary = body.text_at("primary"); !primary.empty()) {
      LX_TRY(asked.primary, primary_asked(desk, a, b, primary));
    }
    acted = join_records(desk, a, b, asked);
  } else {
    acted = part_records(desk, a, b, std::string(body.text_at("reason")));
  }
  if (!acted) return tl::unexpected(Refused(in_words(acted.error())));
  if (!acted->ok()) {
    return refusal_response(desk, request, acted->refused, {a.place, a.record, {}, {std::string(alias_field), {}, {}}});
  }
  LX_TRY(const Component component, component_of(desk, *a.place, a.record));
  return json_response(Value::Object{{"seq", acted->seq}, {"joined", component_value(desk, component)}});
}

Result<Response> candidates(const Desk& desk, const Request& request) {
  const auto text = [&](std::string_view name) { return std::string(request.query_at(name)); };
  LX_TRY(const Value view, candidates_view(desk, {text("studio"), text("kind"), text("month"), text("after")}));
  return shown(desk, request, view);
}

}  // namespace

void add_duplicates_routes(DeskRoutes& routes) {
  routes.get("/v1/duplicates/candidates", candidates_parameters, candidates);
  routes.post("/v1/duplicates", join_members, [](const Desk& desk, const Request& request, const Value& body) {
    return change_edge(desk, request, body, true);
  });
  routes.post("/v1/duplicates/remove", part_members, [](const Desk& desk, const Request& request, const Value& body) {
    return change_edge(desk, request, body, false);
  });
}

}  // namespace lianxin::server
