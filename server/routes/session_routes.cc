// Sessions of people at desks.
#include <algorithm>

#include "server/language/said.h"
#include "server/people/passwords.h"
#include "server/people/second_factor.h"
#include "server/routes/body.h"

namespace lianxin::server {
namespace {

constexpr std::size_t session_bytes_max = 4 << 10;

constexpr Member sign_in_members[] = {{"login", Member::Form::text, true},
                                      {"password", Member::Form::text, true},
                                      {"code"},
                                      {"cookie", Member::Form::truth}};
constexpr Member totp_members[] = {{"password", Member::Form::text, true}};
constexpr Member confirm_members[] = {{"code", Member::Form::text, true}};
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
          {"second_factor", account.second_factor},
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

Response too_many_wrong(const Request& request, std::int64_t wait_ms) {
  return too_many_requests(wait_ms, request,
                           both("从这个网络送来的错密码太多", "too many wrong passwords have come from this network"));
}

// What somebody does to his own account is about himself in the audit log.
void note_about_himself(const Request& request, const SignedInAs& as) {
  request.entry->about = as.account.member.text();
}

OrRefused<Response> sign_in(const SessionParts& parts, const Request& request) {
  LX_TRY(const Value body, json_body(request, sign_in_members));
  const std::int64_t now_ms = parts.moments.now_ms();
  const bool by_cookie = body.boolean_at("cookie");
  LX_TRY(const SignedIn signed_in,
         parts.accounts.sign_in(std::string(body.text_at("login")), body.text_at("password"), now_ms,
                                {request.client,
                                 std::string(body.text_at("code")),
                                 {request.remote_address, std::string(request.header("user-agent")), by_cookie}}));
  const bool ok = signed_in.outcome == SignedIn::Outcome::ok;
  parts.metrics.signed_in(ok);
  // The account that was meant, never the login as it was typed: people type their password into the wrong field.
  if (!ok) {
    LX_TRY(const std::optional<Account> meant, parts.accounts.find(std::string(body.text_at("login"))));
    if (meant) request.entry->about = meant->member.text();
  }
  switch (signed_in.outcome) {
    case SignedIn::Outcome::ok: break;
    case SignedIn::Outcome::wrong: return no_entry(parts.accounts, request);
    case SignedIn::Outcome::needs_code: return refuse(Problem::totp_needed);
    case SignedIn::Outcome::wrong_code: return refuse(Problem::totp_wrong);
    case SignedIn::Outcome::later: return too_many_wrong(request, signed_in.wait_ms);
  }
  note_account(request, signed_in.account, signed_in.token);
  request.entry->about = signed_in.account.member.text();
  if (signed_in.account.second_factor) request.entry->add("second_factor", "shown");
  LX_TRY(const Moment moment, parts.moments.now());
  Value::Object reply = described(moment, signed_in.account);
  if (by_cookie) {
    reply.emplace("csrf", csrf_of(signed_in.token));
  } else {
    reply.emplace("token", signed_in.token);
  }
  reply.emplace("expires_ms", signed_in.expires_ms);
  Response response = json_response(std::move(reply), 201);
  response.headers.emplace_back("Cache-Control", "no-store");
  if (by_cookie) response.headers.emplace_back("Set-Cookie", parts.sessions.cookie(signed_in.token));
  return response;
}

OrRefused<Response> who_am_i(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_TRY(const Moment moment, parts.moments.now());
  Value::Object reply = described(moment, as.account);
  reply.emplace("session", as.session);
  if (request.bearer_token.empty()) reply.emplace("csrf", csrf_of(session_cookie(parts.sessions, request)));
  return json_response(std::move(reply));
}

// Whoever sits at a desk that was left open does not know the password. None: it is right.
OrRefused<std::optional<Response>> refusal_of_password(const SessionParts& parts, const Account& account,
                                                       const Request& request, std::string_view password) {
  const std::int64_t now_ms = parts.moments.now_ms();
  LX_TRY(const SignedIn checked, parts.accounts.sign_in(account.login, password, now_ms, {request.client, {}, {}}));
  switch (checked.outcome) {
    case SignedIn::Outcome::later: return too_many_wrong(request, checked.wait_ms);
    case SignedIn::Outcome::wrong: return no_entry(parts.accounts, request);
    case SignedIn::Outcome::wrong_code:
    case SignedIn::Outcome::needs_code: break;  // the password was right
    case SignedIn::Outcome::ok: {
      LX_TRY(const auto opened, parts.sessions.with_token(checked.token, false, now_ms));
      if (opened) LX_CHECK(parts.sessions.end(account.login, opened->session));
    }
  }
  return std::nullopt;
}

OrRefused<Response> change_password(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_TRY(const Value body, json_body(request, password_members));
  LX_TRY(auto refused, refusal_of_password(parts, as.account, request, body.text_at("password")));
  if (refused) return std::move(*refused);
  LX_TRY(const Moment moment, parts.moments.now());
  const std::string_view wanted = body.text_at("new_password");
  Status set = check_password(wanted, {as.account.login, moment.places->name_of(as.account.member)});
  if (set) set = parts.accounts.set_password(as.account.login, wanted, false);
  if (!set && set.error().code == Errc::out_of_range) {
    return refuse(Problem::password_length, set.error().message, {{"field", "new_password"}});
  }
  if (!set && set.error().code == Errc::invalid_argument) {
    return refuse(Problem::password_common, set.error().message, {{"field", "new_password"}});
  }
  if (!set) return tl::unexpected(set.error());
  note_about_himself(request, as);
  return no_content();
}

OrRefused<Response> sign_out(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_CHECK(parts.sessions.end(as.account.login, as.session));
  Response response = no_content();
  if (request.bearer_token.empty()) response.headers.emplace_back("Set-Cookie", parts.sessions.cookie({}));
  return response;
}

OrRefused<Response> list(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_TRY(const std::vector<OpenSession> open, parts.sessions.of(as.account.login, parts.moments.now_ms()));
  note_about_himself(request, as);
  request.entry->count = static_cast<std::int64_t>(open.size());
  return json_response(sessions_value(open, as.session));
}

OrRefused<Response> end_one(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  const Status ended = parts.sessions.end(as.account.login, std::string(request.capture("session")));
  if (!ended && ended.error().code == Errc::not_found) {
    return refuse(Problem::not_found, both("您没有这个登录", "you have no such session"));
  }
  if (!ended) return tl::unexpected(ended.error());
  note_about_himself(request, as);
  request.entry->add("session", request.capture("session"));
  return no_content();
}

OrRefused<Response> end_others(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  if (!request.body.empty()) {
    LX_TRY(const Value body, json_body(request, {}));
    static_cast<void>(body);
  }
  LX_CHECK(parts.sessions.end_others(as.account.login, as.session));
  note_about_himself(request, as);
  request.entry->add("session", "others");
  return no_content();
}

OrRefused<Response> begin_totp(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_TRY(const Value body, json_body(request, totp_members));
  LX_TRY(auto refused, refusal_of_password(parts, as.account, request, body.text_at("password")));
  if (refused) return std::move(*refused);
  LX_TRY(const SecondFactors::Begun begun, parts.factors.begin(as.account.login));
  note_about_himself(request, as);
  request.entry->add("second_factor", "begun");
  Response response = json_response(Value::Object{{"secret", begun.secret}, {"uri", begun.uri}});
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

OrRefused<Response> confirm_totp(const SessionParts& parts, const Request& request) {
  LX_TRY(const SignedInAs as, account_of(parts.sessions, parts.moments, request));
  LX_TRY(const Value body, json_body(request, confirm_members));
  LX_TRY(const auto codes, parts.factors.confirm(as.account.login, body.text_at("code"), parts.moments.now_ms()));
  if (!codes) return refuse(Problem::totp_wrong);
  note_about_himself(request, as);
  request.entry->add("second_factor", "set");
  Response response = json_response(Value::Object{{"recovery_codes", Value::List(codes->begin(), codes->end())}});
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

Value sessions_value(const std::vector<OpenSession>& open, std::string_view current) {
  Value::List list;
  for (const OpenSession& session : open) {
    list.push_back(Value::Object{{"session", session.id},
                                 {"current", session.id == current},
                                 {"made_ms", session.made_ms},
                                 {"used_ms", session.used_ms},
                                 {"expires_ms", session.expires_ms},
                                 {"from", session.origin.address},
                                 {"agent", session.origin.agent},
                                 {"cookie", session.origin.by_cookie}});
  }
  return Value::Object{{"sessions", std::move(list)}};
}

void add_session_routes(Router& router, const SessionParts& parts) {
  using Answer = OrRefused<Response> (*)(const SessionParts&, const Request&);
  const auto add = [&](const char* method, const char* pattern, Answer answer, std::size_t bytes_max,
                       unsigned flags = route_plain) {
    router.add(method, pattern, answering([parts, answer](const Request& r) { return answer(parts, r); }), bytes_max,
               flags);
  };
  add("POST", "/v1/sessions", sign_in, session_bytes_max, route_no_gzip | route_open | route_password);
  add("GET", "/v1/sessions", list, 0);
  add("DELETE", "/v1/sessions", sign_out, 0);
  add("DELETE", "/v1/sessions/{session}", end_one, 0);
  add("POST", "/v1/sessions/end-others", end_others, session_bytes_max);
  add("GET", "/v1/session", who_am_i, 0, route_no_gzip);
  add("POST", "/v1/session/password", change_password, session_bytes_max, route_password);
  add("POST", "/v1/session/totp", begin_totp, session_bytes_max, route_no_gzip | route_password);
  add("POST", "/v1/session/totp/confirm", confirm_totp, session_bytes_max, route_no_gzip);
}

}  // namespace lianxin::server
