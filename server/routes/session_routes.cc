// Sessions of people at desks.
#include <algorithm>

#include "server/language/said.h"
#include "server/routes/body.h"

namespace lianxin::server {
namespace {

constexpr std::size_t session_bytes_max = 4 << 10;

constexpr Member sign_in_members[] = {{"login", Member::Form::text, true}, {"password", Member::Form::text, true}};
constexpr Member password_members[] = {{"password", Member::Form::text, true},
                                       {"new_password", Member::Form::text, true}};

Value::Object described(const Moment& moment, const Account& account) {
  Value::List studios;
  for (const StudioPlace* place : moment.places->reached_by(account.member, moment.now_ms)) {
    const Access access = moment.places->access(account.member, *place, moment.now_ms);
    studios.push_back(Value::Object{{"studio", place->studio.text()},
                                    {"code", place->code},
                                    {"name", moment.places->name_of(place->studio)},
                                    {"reference", place->reference},
                                    {"roles", Value::List(access.roles.begin(), access.roles.end())},
                                    {"clearance", name_of(access.clearance)}});
  }
  return {{"login", account.login},
          {"member", account.member.text()},
          {"member_name", moment.places->name_of(account.member)},
          {"must_change", account.must_change},
          {"studios", std::move(studios)}};
}

// One answer, and one time for it, whether the login is unknown, the password wrong or the account not to be used: it
// takes longer than a password does, on a busy machine too.
Response no_entry(const Accounts& accounts, const Request& request) {
  constexpr std::int64_t usual_ms = 400;
  Response response = problem(Problem::wrong_credentials, request);
  response.at_least_ms = std::max(usual_ms, accounts.check_ms() * 5 / 4);
  return response;
}

OrRefused<Response> sign_in(Accounts& accounts, Moments& moments, Metrics& metrics, const Request& request) {
  LX_TRY(const Value body, json_body(request, sign_in_members));
  LX_TRY(const SignedIn signed_in, accounts.sign_in(std::string(body.text_at("login")), body.text_at("password"),
                                                    moments.now_ms(), request.client));
  const bool ok = signed_in.outcome == SignedIn::Outcome::ok, later = signed_in.outcome == SignedIn::Outcome::later;
  metrics.signed_in(ok);
  // The account that was meant, never the login as it was typed: people type their password into the wrong field.
  if (!ok) {
    LX_TRY(const std::optional<Account> meant, accounts.find(std::string(body.text_at("login"))));
    if (meant) request.entry->about = meant->member.text();
  }
  if (later) {
    return too_many_requests(
        signed_in.wait_ms, request,
        both("从这个网络送来的错密码太多", "too many wrong passwords have come from this network"));
  }
  if (!ok) return no_entry(accounts, request);
  note_account(request, signed_in.account, signed_in.token);
  request.entry->about = signed_in.account.member.text();
  LX_TRY(const Moment moment, moments.now());
  Value::Object reply = described(moment, signed_in.account);
  reply.emplace("token", signed_in.token);
  reply.emplace("expires_ms", signed_in.expires_ms);
  return json_response(std::move(reply), 201);
}

OrRefused<Response> who_am_i(Accounts& accounts, Moments& moments, const Request& request) {
  LX_TRY(const Account account, account_of(accounts, moments, request));
  LX_TRY(const Moment moment, moments.now());
  return json_response(described(moment, account));
}

// With the old password, so that a session left open at a desk cannot take an account over.
OrRefused<Response> change_password(Accounts& accounts, const Moments& moments, const Request& request) {
  LX_TRY(const Account account, account_of(accounts, moments, request));
  LX_TRY(const Value body, json_body(request, password_members));
  LX_TRY(const SignedIn checked,
         accounts.sign_in(account.login, body.text_at("password"), moments.now_ms(), request.client));
  if (checked.outcome == SignedIn::Outcome::later) return too_many_requests(checked.wait_ms, request);
  if (checked.outcome != SignedIn::Outcome::ok) return no_entry(accounts, request);
  const Status set = accounts.set_password(account.login, body.text_at("new_password"), false);
  if (!set && set.error().code == Errc::out_of_range) {
    return refuse(Problem::password_length, set.error().message, {{"field", "new_password"}});
  }
  if (!set) return tl::unexpected(set.error());
  request.entry->about = account.member.text();
  return no_content();
}

OrRefused<Response> sign_out(Accounts& accounts, const Moments& moments, const Request& request) {
  LX_TRY(const std::optional<Account> account, accounts.with_token(request.bearer_token, moments.now_ms()));
  if (account) note_account(request, *account, request.bearer_token);
  LX_CHECK(accounts.sign_out(request.bearer_token));
  return no_content();
}

}  // namespace

void add_session_routes(Router& router, Accounts& accounts, Moments& moments, Metrics& metrics) {
  router.add("POST", "/v1/sessions",
             answering([&](const Request& r) { return sign_in(accounts, moments, metrics, r); }), session_bytes_max,
             route_no_gzip | route_open | route_password);
  router.add("DELETE", "/v1/sessions", answering([&](const Request& r) { return sign_out(accounts, moments, r); }));
  router.add("GET", "/v1/session", answering([&](const Request& r) { return who_am_i(accounts, moments, r); }));
  router.add("POST", "/v1/session/password",
             answering([&](const Request& r) { return change_password(accounts, moments, r); }), session_bytes_max,
             route_password);
}

}  // namespace lianxin::server
