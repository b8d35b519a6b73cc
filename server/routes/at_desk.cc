#include "server/routes/at_desk.h"

#include <charconv>

#include "schema/day.h"
#include "schema/json.h"
#include "schema/validate.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

void add_desk_routes(Router& router, Server& server) {
  add_records_routes(router, server);
  add_review_routes(router, server);
  add_duplicates_routes(router, server);
  add_devices_routes(router, server);
  add_export_routes(router, server);
  add_totals_routes(router, server);
  add_studios_routes(router, server);
  add_receipt_routes(router, server);
  add_restoration_routes(router, server);
}

OrRefused<std::shared_ptr<const AtDesk>> at_desk(Server& server, const Request& request) {
  auto account = account_of(server, request);
  if (!account) return tl::unexpected(std::move(account).error());
  // A password that somebody else has seen opens nothing but the way to one of his own (POST /v1/session/password).
  if (account->must_change) {
    const bool zh = request.language == Language::zh;
    return refuse(problem(Problem::forbidden, request, zh ? "请先修改密码" : "change your password first"));
  }
  auto moment = server.moment();
  if (!moment) return refuse(problem(moment.error(), request));
  auto device = server.desk_of(*account);
  if (!device) return refuse(problem(device.error(), request));
  auto at = std::make_shared<AtDesk>();
  at->moment = std::move(*moment);
  at->account = std::move(*account);
  const auto device_name = [&server](const DeviceId& id) {
    const auto found = server.devices().find(id);
    return found && *found ? (*found)->name : std::string();
  };
  at->desk = std::make_unique<Desk>(Desk{server.store(), server.lists(), *at->moment.catalog, *at->moment.places,
                                         server.self(), server.random(), at->moment.now_ms, std::move(*device),
                                         request.language == Language::zh ? "zh" : "en", device_name});
  return std::shared_ptr<const AtDesk>(std::move(at));
}

Response answer_at_desk(Server& server, const Request& request, const DeskCall& call) {
  const auto at = at_desk(server, request);
  if (!at) return at.error().response;
  auto response = call(*(*at)->desk);
  return response ? std::move(*response) : problem(response.error(), request);
}

Response post_at_desk(Server& server, const Request& request, const DeskPost& call) {
  return answer_at_desk(server, request, [&](const Desk& desk) -> Result<Response> {
    const auto body = json_body(request);
    if (!body) return body.error().response;
    LX_TRY(Response response, call(desk, *body));
    // Ids alone: what was decided stands in the log of the studio, whose reading is guarded.
    log_event("desk", {{"method", request.method},
                       {"member", desk.device.member.text()},
                       {"studio", std::string(request.capture("studio"))},
                       {"status", std::to_string(response.status)}});
    return response;
  });
}

Response refusal_response(const Request& request, std::string_view refused) {
  const std::string_view language = request.language == Language::zh ? "zh" : "en";
  const std::string_view sentence = sentence_for(refused, language);
  Response response = problem(Problem::conflict, request, sentence.empty() ? refused : sentence);
  // Programs tell refusals apart by this; `code` says only that it was one.
  if (auto document = parse_json(response.body); document && document->object()) {
    document->object()->insert_or_assign("refusal", Value(refused));
    response.body = to_json(*document);
  }
  return response;
}

Response act_response(const Request& request, const ActAnswer& answer) {
  if (!answer.ok()) return refusal_response(request, answer.acted.refused);
  return json_response(Value::Object{{"seq", answer.acted.seq}, {"record", answer.record}});
}

Result<Target> target_asked(const Desk& desk, const Request& request) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(const RecordId record, record_asked(request.capture("id")));
  return target_of(desk, *place, record);
}

Result<ListAsked> list_asked(const Request& request) {
  ListAsked asked;
  const auto text = [&](std::string_view name) { return std::string(request.query_at(name)); };
  const auto yes = [&](std::string_view name) { return request.query_at(name) == "1"; };
  asked.studio = text("studio");
  asked.kind = text("kind");
  asked.from = text("from");
  asked.to = text("to");
  for (const std::string& day : {asked.from, asked.to}) {
    if (!day.empty() && !day_number(day)) return failure(Errc::invalid_argument, "a day is YYYY-MM-DD");
  }
  asked.state = text("state");
  asked.review = text("review");
  asked.village = text("village");
  asked.text = text("text");
  asked.after = text("after");
  asked.conflict = yes("conflict");
  asked.held = yes("held");
  asked.revised = yes("revised");
  asked.deleted = yes("deleted");
  if (const std::string_view limit = request.query_at("limit"); !limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), asked.limit);
    if (error != std::errc() || end != limit.data() + limit.size() || asked.limit < 1 || asked.limit > 500) {
      return failure(Errc::invalid_argument, "\"limit\" is 1 to 500");
    }
  }
  return asked;
}

}  // namespace lianxin::server
