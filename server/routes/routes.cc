#include "server/routes/routes.h"

#include "schema/json.h"

namespace lianxin::server {

OrRefused<Device> device_of(Devices& devices, const Request& request) {
  auto device = devices.with_token(request.bearer_token);
  if (!device) return refuse(problem(device.error(), request));
  if (!*device) return refuse(problem(Problem::not_signed_in, request));
  return std::move(**device);
}

OrRefused<Account> account_of(Accounts& accounts, const Moments& clock, const Request& request) {
  auto account = accounts.with_token(request.bearer_token, clock.now_ms());
  if (!account) return refuse(problem(account.error(), request));
  if (!*account) return refuse(problem(Problem::not_signed_in, request));
  return std::move(**account);
}

OrRefused<Value> json_body(const Request& request) {
  if (request.content_type != "application/json") return refuse(problem(Problem::unsupported_media_type, request));
  auto value = parse_json(request.body);
  if (!value) return refuse(problem(value.error(), request));
  if (!value->object()) return refuse(problem(Problem::bad_request, request, "the body is no JSON object"));
  return std::move(*value);
}

}  // namespace lianxin::server
