// Sessions of people at desks.
#include "server/routes/routes.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

constexpr std::size_t session_bytes_max = 4 << 10;

Value::Object described(const Moment& moment, const Account& account) {
  Value::List studios;
  for (const StudioPlace* place : moment.places->reached_by(account.member, moment.now_ms)) {
    const Access access = moment.places->access(account.member, *place, moment.now_ms);
    Value::List roles;
    for (const std::string& role : access.roles) roles.emplace_back(role);
    studios.push_back(Value::Object{{"studio", place->studio.text()},
                                    {"code", place->code},
                                    {"name", moment.places->name_of(place->studio)},
                                    {"reference", place->reference},
                                    {"roles", std::move(roles)},
                                    {"clearance", name_of(access.clearance)}});
  }
  return {{"login", account.login},
          {"member", account.member.text()},
          {"member_name", moment.places->name_of(account.member)},
          {"must_change", account.must_change},
          {"studios", std::move(studios)}};
}

Response sign_in(Accounts& accounts, Moments& moments, Metrics& metrics, const Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error().response;
  const std::int64_t now_ms = moments.now_ms();
  const auto signed_in = accounts.sign_in(std::string(body->text_at("login")), body->text_at("password"), now_ms);
  if (!signed_in) return problem(signed_in.error(), request);
  const bool ok = signed_in->outcome == SignedIn::Outcome::ok;
  metrics.signed_in(ok);
  // Not the login: people type their password into the wrong field.
  log_event(ok ? LogLevel::info : LogLevel::warning, "sign_in",
            {{"outcome", ok                                                ? "ok"
                         : signed_in->outcome == SignedIn::Outcome::locked ? "locked"
                                                                           : "wrong"},
             {"member", ok ? signed_in->account.member.text() : std::string()},
             {"from", request.remote_address}});
  switch (signed_in->outcome) {
    case SignedIn::Outcome::wrong: return problem(Problem::wrong_credentials, request);
    case SignedIn::Outcome::locked: {
      Response locked = problem(Problem::account_locked, request);
      const std::int64_t wait_s = (signed_in->locked_until_ms - now_ms + 999) / 1000;
      locked.headers.emplace_back("Retry-After", std::to_string(wait_s));
      return locked;
    }
    case SignedIn::Outcome::ok: break;
  }
  const auto moment = moments.now();
  if (!moment) return problem(moment.error(), request);
  Value::Object reply = described(*moment, signed_in->account);
  reply.emplace("token", signed_in->token);
  reply.emplace("expires_ms", signed_in->expires_ms);
  return json_response(std::move(reply), 201);
}

Response who_am_i(Accounts& accounts, Moments& moments, const Request& request) {
  const auto account = account_of(accounts, moments, request);
  if (!account) return account.error().response;
  const auto moment = moments.now();
  if (!moment) return problem(moment.error(), request);
  return json_response(described(*moment, *account));
}

// With the old password, so that a session left open at a desk cannot take an account over.
Response change_password(Accounts& accounts, const Moments& moments, const Request& request) {
  const auto account = account_of(accounts, moments, request);
  if (!account) return account.error().response;
  const auto body = json_body(request);
  if (!body) return body.error().response;
  const auto checked = accounts.sign_in(account->login, body->text_at("password"), moments.now_ms());
  if (!checked) return problem(checked.error(), request);
  if (checked->outcome == SignedIn::Outcome::locked) return problem(Problem::account_locked, request);
  if (checked->outcome != SignedIn::Outcome::ok) return problem(Problem::wrong_credentials, request);
  const Status set = accounts.set_password(account->login, body->text_at("new_password"), false);
  if (!set && set.error().code == Errc::out_of_range) {
    return problem(Problem::bad_request, request, set.error().message);
  }
  if (!set) return problem(set.error(), request);
  log_event("password_changed", {{"member", account->member.text()}});
  return no_content();
}

Response sign_out(Accounts& accounts, const Request& request) {
  if (const Status done = accounts.sign_out(request.bearer_token); !done) return problem(done.error(), request);
  return no_content();
}

}  // namespace

void add_session_routes(Router& router, Accounts& accounts, Moments& moments, Metrics& metrics) {
  router.add(
      "POST", "/v1/sessions", [&](const Request& r) { return sign_in(accounts, moments, metrics, r); },
      session_bytes_max, route_no_gzip);
  router.add("DELETE", "/v1/sessions", [&](const Request& r) { return sign_out(accounts, r); });
  router.add("GET", "/v1/session", [&](const Request& r) { return who_am_i(accounts, moments, r); });
  router.add(
      "POST", "/v1/session/password", [&](const Request& r) { return change_password(accounts, moments, r); },
      session_bytes_max);
}

}  // namespace lianxin::server
