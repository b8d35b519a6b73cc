// Records that are one and the same: candidates, joining, parting. Parting is a POST of its own: proxies drop the body
// of a DELETE, and both records have to be named.
#include "server/review/candidates.h"
#include "server/review/join.h"
#include "server/review/join_acts.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

Result<Pair> pair_end(const Desk& desk, const Value& body, std::string_view name) {
  const Value* end = body.find(name);
  if (!end) return failure(Errc::invalid_argument, "\"a\" and \"b\" name a studio and a record each");
  LX_TRY(const StudioPlace* place, studio_asked(desk, end->text_at("studio")));
  LX_TRY(const RecordId record, record_asked(end->text_at("record")));
  return Pair{place, record};
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

Result<Response> change_edge(const Desk& desk, const Request& request, const Value& body, bool join) {
  LX_TRY(const Pair a, pair_end(desk, body, "a"));
  LX_TRY(const Pair b, pair_end(desk, body, "b"));
  Acted acted;
  if (join) {
    const std::string_view counters = body.text_at("counters");
    if (counters != "sum" && counters != "larger") {
      return failure(Errc::invalid_argument, "\"counters\" is sum or larger");
    }
    JoinAsked asked{counters == "sum", std::nullopt, std::string(body.text_at("reason"))};
    if (const std::string_view primary = body.text_at("primary"); !primary.empty()) {
      LX_TRY(asked.primary, record_asked(primary));
    }
    LX_TRY(acted, join_records(desk, a, b, asked));
  } else {
    LX_TRY(acted, part_records(desk, a, b, std::string(body.text_at("reason"))));
  }
  if (!acted.ok()) return refusal_response(desk, request, acted.refused);
  LX_TRY(const Component component, component_of(desk, *a.place, a.record));
  return json_response(Value::Object{{"seq", acted.seq}, {"joined", component_value(desk, component)}});
}

Result<Response> candidates(const Desk& desk, const Request& request) {
  const auto text = [&](std::string_view name) { return std::string(request.query_at(name)); };
  LX_TRY(const Value view, candidates_view(desk, {text("studio"), text("kind"), text("month"), text("after")}));
  return json_response(view);
}

}  // namespace

void add_duplicates_routes(DeskRoutes& routes) {
  routes.get("/v1/duplicates/candidates", candidates);
  routes.post("/v1/duplicates", [](const Desk& desk, const Request& request, const Value& body) {
    return change_edge(desk, request, body, true);
  });
  routes.post("/v1/duplicates/remove", [](const Desk& desk, const Request& request, const Value& body) {
    return change_edge(desk, request, body, false);
  });
}

}  // namespace lianxin::server
