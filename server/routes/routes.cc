#include "server/routes/routes.h"

#include "schema/json.h"

namespace lianxin::server {

Response Refused::response(const Request& request) const {
  return failed_ ? problem(*failed_, request) : problem(why_, request, detail_);
}

Handler answering(std::function<OrRefused<Response>(const Request&)> answer) {
  return [answer = std::move(answer)](const Request& request) {
    OrRefused<Response> answered = answer(request);
    return answered ? std::move(*answered) : answered.error().response(request);
  };
}

OrRefused<Device> device_of(Devices& devices, const Request& request) {
  // Phones always send one: where it is gone a new one would go the same way.
  if (request.bearer_token.empty()) return refuse(Problem::token_missing);
  LX_TRY(std::optional<Device> device, devices.with_token(request.bearer_token));
  if (!device) return refuse(Problem::not_signed_in);
  return std::move(*device);
}

OrRefused<Account> account_of(Accounts& accounts, const Moments& clock, const Request& request) {
  LX_TRY(std::optional<Account> account, accounts.with_token(request.bearer_token, clock.now_ms()));
  if (!account) return refuse(Problem::not_signed_in);
  return std::move(*account);
}

OrRefused<Value> json_body(const Request& request) {
  if (request.content_type != "application/json") return refuse(Problem::unsupported_media_type);
  LX_TRY(Value value, parse_json(request.body));
  if (!value.object()) return refuse(Problem::bad_request, "the body is no JSON object");
  return value;
}

}  // namespace lianxin::server
