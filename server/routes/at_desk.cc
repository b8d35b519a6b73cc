#include "server/routes/at_desk.h"

#include <charconv>

#include "schema/day.h"
#include "schema/json.h"
#include "server/review/refused.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

OrRefused<std::shared_ptr<const AtDesk>> at_desk(const DeskParts& parts, const Request& request) {
  auto at = std::make_shared<AtDesk>();
  LX_TRY(at->account, account_of(parts.accounts, parts.moments, request));
  // A password that somebody else has seen opens nothing but the way to one of his own (POST /v1/session/password).
  if (at->account.must_change) {
    const bool zh = request.language == Language::zh;
    return refuse(Problem::forbidden, zh ? "请先修改密码" : "change your password first");
  }
  LX_TRY(at->moment, parts.moments.now());
  LX_TRY(const SelfDevice device, parts.keys.desk(at->account.login, at->account.member, *at->moment.random));
  const auto device_name = [&devices = parts.devices](const DeviceId& id) {
    const auto found = devices.find(id);
    return found && *found ? (*found)->name : std::string();
  };
  at->desk = std::make_unique<Desk>(Desk{parts.store, parts.lists, *at->moment.catalog, *at->moment.places,
                                         *at->moment.self, *at->moment.random, at->moment.now_ms, device,
                                         request.language == Language::zh ? "zh" : "en", device_name});
  return std::shared_ptr<const AtDesk>(std::move(at));
}

void DeskRoutes::add(const char* method, std::string pattern, Answer answer, std::size_t bytes_max) {
  const auto at_its_desk = [parts = parts_, answer = std::move(answer)](const Request& request) -> OrRefused<Response> {
    LX_TRY(const auto at, at_desk(parts, request));
    return answer(*at->desk, request);
  };
  router_.add(method, std::move(pattern), answering(at_its_desk), bytes_max);
}

void DeskRoutes::get(std::string pattern, Answer answer) { add("GET", std::move(pattern), std::move(answer), 0); }

void DeskRoutes::post_without_body(std::string pattern, Answer answer) {
  add("POST", std::move(pattern), std::move(answer), body_bytes_max);
}

void DeskRoutes::post(std::string pattern, PostAnswer answer, std::size_t bytes_max) {
  const auto with_body = [answer = std::move(answer)](const Desk& desk, const Request& request) -> OrRefused<Response> {
    LX_TRY(const Value body, json_body(request));
    LX_TRY(Response response, answer(desk, request, body));
    // Ids alone: what was decided stands in the log of the studio, whose reading is guarded.
    log_event("desk", {{"method", request.method},
                       {"member", desk.device.member.text()},
                       {"studio", std::string(request.capture("studio"))},
                       {"status", std::to_string(response.status)}});
    return response;
  };
  add("POST", std::move(pattern), with_body, bytes_max);
}

Response refusal_response(const Desk& desk, const Request& request, const std::vector<RefusedPart>& refused) {
  Response response = problem(Problem::conflict, request, refused_sentence(refused, desk.zh()));
  // Programs tell refusals apart by these; `code` says only that it was one.
  if (auto document = parse_json(response.body); document && document->object()) {
    document->object()->insert_or_assign("refusal", Value(refused.front().code));
    document->object()->insert_or_assign("refusals", refused_view(desk, refused));
    response.body = to_json(*document);
  }
  return response;
}

Response act_response(const Desk& desk, const Request& request, const ActAnswer& answer) {
  if (!answer.ok()) return refusal_response(desk, request, answer.acted.refused);
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
  asked.region_prefix = text("village");
  asked.words = text("text");
  asked.after = text("after");
  asked.with_conflict = yes("conflict");
  asked.with_held = yes("held");
  asked.revised = yes("revised");
  asked.with_deleted = yes("deleted");
  if (const std::string_view limit = request.query_at("limit"); !limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), asked.rows_max);
    if (error != std::errc() || end != limit.data() + limit.size() || asked.rows_max < 1 || asked.rows_max > 500) {
      return failure(Errc::invalid_argument, "\"limit\" is 1 to 500");
    }
  }
  return asked;
}

}  // namespace lianxin::server
