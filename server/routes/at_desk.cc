#include "server/routes/at_desk.h"

#include <charconv>

#include "schema/day.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/validate.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

template <class Call>
Response answer_at_desk(const DeskParts& parts, const Request& request, const Call& call) {
  const auto at = at_desk(parts, request);
  if (!at) return at.error().response;
  Result<Response> response = call(*(*at)->desk);
  return response ? std::move(*response) : problem(response.error(), request);
}

}  // namespace

OrRefused<std::shared_ptr<const AtDesk>> at_desk(const DeskParts& parts, const Request& request) {
  auto account = account_of(parts.accounts, parts.moments, request);
  if (!account) return tl::unexpected(std::move(account).error());
  // A password that somebody else has seen opens nothing but the way to one of his own (POST /v1/session/password).
  if (account->must_change) {
    const bool zh = request.language == Language::zh;
    return refuse(problem(Problem::forbidden, request, zh ? "请先修改密码" : "change your password first"));
  }
  auto moment = parts.moments.now();
  if (!moment) return refuse(problem(moment.error(), request));
  auto device = parts.keys.desk(account->login, account->member, *moment->random);
  if (!device) return refuse(problem(device.error(), request));
  auto at = std::make_shared<AtDesk>();
  at->moment = std::move(*moment);
  at->account = std::move(*account);
  const auto device_name = [&devices = parts.devices](const DeviceId& id) {
    const auto found = devices.find(id);
    return found && *found ? (*found)->name : std::string();
  };
  at->desk = std::make_unique<Desk>(Desk{parts.store, parts.lists, *at->moment.catalog, *at->moment.places,
                                         *at->moment.self, *at->moment.random, at->moment.now_ms, std::move(*device),
                                         request.language == Language::zh ? "zh" : "en", device_name});
  return std::shared_ptr<const AtDesk>(std::move(at));
}

void DeskRoutes::get(std::string pattern, Answer answer) {
  router_.add("GET", std::move(pattern), [parts = parts_, answer = std::move(answer)](const Request& request) {
    return answer_at_desk(parts, request, [&](const Desk& desk) { return answer(desk, request); });
  });
}

void DeskRoutes::post_without_body(std::string pattern, Answer answer) {
  router_.add(
      "POST", std::move(pattern),
      [parts = parts_, answer = std::move(answer)](const Request& request) {
        return answer_at_desk(parts, request, [&](const Desk& desk) { return answer(desk, request); });
      },
      body_bytes_max);
}

void DeskRoutes::post(std::string pattern, PostAnswer answer, std::size_t bytes_max) {
  router_.add(
      "POST", std::move(pattern),
      [parts = parts_, answer = std::move(answer)](const Request& request) {
        return answer_at_desk(parts, request, [&](const Desk& desk) -> Result<Response> {
          const auto body = json_body(request);
          if (!body) return body.error().response;
          LX_TRY(Response response, answer(desk, request, *body));
          // Ids alone: what was decided stands in the log of the studio, whose reading is guarded.
          log_event("desk", {{"method", request.method},
                             {"member", desk.device.member.text()},
                             {"studio", std::string(request.capture("studio"))},
                             {"status", std::to_string(response.status)}});
          return response;
        });
      },
      bytes_max);
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
