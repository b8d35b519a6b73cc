#include "server/routes/routes.h"

#include <algorithm>

#include "schema/catalog.h"
#include "schema/json.h"
#include "server/language/said.h"
#include "server/people/secrets.h"
#include "server/routes/body.h"

namespace lianxin::server {
namespace {

// What schema/json.h says of a text that is no JSON, which it says in English.
std::string why_no_json(const std::string& why) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"a zero byte", "有空字节"},
      {"a name stands twice in one object", "一个对象里有两个同名的项"},
      {"nested too deeply", "嵌套太深"},
      {"a number is too large", "有一个数太大"},
  };
  std::string zh = "请求内容不是正确的 JSON";
  for (const auto& [en, its_zh] : known) {
    if (why.starts_with(en)) zh += "：" + std::string(its_zh);
  }
  constexpr std::string_view line = "line ", column = ", column ";
  const std::size_t at = why.rfind(line), middle = why.rfind(column);
  if (at != std::string::npos && middle != std::string::npos && at < middle) {
    zh += "，在第 " + why.substr(at + line.size(), middle - at - line.size()) + " 行第 " +
          why.substr(middle + column.size()) + " 个字";
  }
  return both(zh, "the body is not proper JSON: " + why);
}

}  // namespace

Response Refused::response(const Request& request) const {
  return failed_ ? problem(*failed_, request) : problem(why_, request, detail_, more_);
}

Handler answering(std::function<OrRefused<Response>(const Request&)> answer) {
  return [answer = std::move(answer)](const Request& request) {
    OrRefused<Response> answered = answer(request);
    return answered ? std::move(*answered) : answered.error().response(request);
  };
}

Response too_many_requests(std::int64_t wait_ms, const Request& request, std::string_view detail) {
  Response response = problem(Problem::too_many_requests, request, detail);
  std::erase_if(response.headers, [](const auto& field) { return field.first == "Retry-After"; });
  response.headers.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
  return response;
}

bool may_be_personal(const Catalog& catalog, std::string_view kind_name) {
  const Kind* kind = catalog.kind(kind_name);
  return !kind || std::any_of(kind->fields.begin(), kind->fields.end(),
                              [](const Field& field) { return field.sensitivity >= Sensitivity::personal; });
}

OrRefused<Device> device_of(Devices& devices, const Request& request) {
  // Phones always send one: where it is gone a new one would go the same way.
  if (request.bearer_token.empty()) return refuse(Problem::token_missing);
  LX_TRY(std::optional<Device> device, devices.with_token(request.bearer_token));
  if (!device) return refuse(Problem::not_signed_in);
  Actor& by = request.entry->by;
  by.kind = Actor::Kind::phone;
  by.member = device->member;
  by.device = device->id;
  return std::move(*device);
}

std::string_view session_cookie(const Sessions& sessions, const Request& request) {
  return cookie_named(request.header("cookie"), sessions.cookie_name());
}

OrRefused<SignedInAs> account_of(Sessions& sessions, const Moments& clock, const Request& request) {
  const bool by_cookie = request.header("authorization").empty() && request.bearer_token.empty();
  const std::string_view token = by_cookie ? session_cookie(sessions, request) : request.bearer_token;
  LX_TRY(std::optional<SignedInAs> known, sessions.with_token(token, by_cookie, clock.now_ms()));
  if (!known) return refuse(Problem::not_signed_in);
  note_account(request, known->account, token);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (by_cookie && !reads &&
      !equal_in_constant_time(as_bytes(csrf_of(token)), as_bytes(request.header("x-csrf-token")))) {
    return refuse(Problem::csrf_missing);
  }
  return std::move(*known);
}

void note_account(const Request& request, const Account& account, std::string_view token) {
  Actor& by = request.entry->by;
  by.kind = Actor::Kind::desk;
  by.member = account.member;
  by.session = session_mark(token);
}

OrRefused<Value> json_body(const Request& request) {
  if (request.content_type != "application/json") return refuse(Problem::unsupported_media_type);
  Result<Value> value = parse_json(request.body);
  if (!value) return refuse(Problem::bad_request, why_no_json(value.error().message));
  if (!value->object()) {
    return refuse(Problem::bad_request, both("请求内容不是一个 JSON 对象", "the body is no JSON object"));
  }
  if (const auto zero = place_of_zero(*value)) {
    return refuse(Problem::bad_request,
                  both(in_quotes(*zero) + " 里有空字符 U+0000，请删去",
                       in_quotes(*zero) + " holds the character U+0000; take it out"),
                  {{"field", *zero}});
  }
  return std::move(*value);
}

}  // namespace lianxin::server
