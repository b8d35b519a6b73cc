// Accounts of people at desks, for whoever keeps them.
#include "server/language/said.h"
#include "server/people/account_acts.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Parameter list_parameters[] = {parameters::after, parameters::limit};
constexpr Member add_members[] = {{"login", Member::Form::text, true}, {"member", Member::Form::text, true}};
constexpr Member reason_members[] = {members::reason};

Value::Object account_value(const Desk& desk, const Account& account) {
  return {{"login", account.login},
          {"member", account.member.text()},
          {"member_name", desk.known_name(account.member)},
          {"status", account.disabled ? "disabled" : "active"},
          {"must_change", account.must_change},
          {"second_factor", account.second_factor}};
}

Result<Response> list(Accounts& accounts, const Desk& desk, const Request& request) {
  std::optional<std::string> after;
  if (const std::string_view asked = request.query_at("after"); !asked.empty()) after = asked;
  LX_TRY(const auto page, accounts_kept(keeper_at(desk), accounts, std::move(after), rows_asked(request)));
  Value::List list;
  request.entry->count = static_cast<std::int64_t>(page.rows.size());
  for (const Account& account : page.rows) list.push_back(account_value(desk, account));
  Value::Object reply{{"accounts", std::move(list)}};
  if (page.next) reply.emplace("next", *page.next);
  return json_response(std::move(reply));
}

// With the password, which is told this once.
Response made_response(const Desk& desk, const MadeAccount& made, int status) {
  Value::Object reply = account_value(desk, made.account);
  reply.emplace("password", made.password);
  Response response = json_response(std::move(reply), status);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<Response> add(Accounts& accounts, const Desk& desk, const Request& request, const Value& body) {
  const auto member = MemberId::parse(body.text_at("member"));
  if (!member) return said(Errc::invalid_argument, "member 要写人员的标识", "\"member\" is a member's id");
  LX_TRY(const MadeAccount made,
         add_account(keeper_at(desk), accounts, desk.random, std::string(body.text_at("login")), *member));
  request.entry->about = member->text();
  return made_response(desk, made, 201);
}

}  // namespace

void add_accounts_routes(DeskRoutes& routes, const AccountParts& parts) {
  routes.get("/v1/accounts", list_parameters,
             [parts](const Desk& desk, const Request& request) { return list(parts.accounts, desk, request); });
  routes.post(
      "/v1/accounts", add_members,
      [parts](const Desk& desk, const Request& request, const Value& body) {
        return add(parts.accounts, desk, request, body);
      },
      DeskRoutes::body_bytes_max, route_no_gzip | route_password);
  routes.post(
      "/v1/accounts/{login}/password", {},
      [parts](const Desk& desk, const Request& request, const Value&) -> OrRefused<Response> {
        LX_TRY(const MadeAccount made,
               renew_password(keeper_at(desk), parts.accounts, desk.random, std::string(request.capture("login"))));
        request.entry->about = made.account.member.text();
        return made_response(desk, made, 200);
      },
      DeskRoutes::body_bytes_max, route_no_gzip | route_password);
  routes.get(
      "/v1/accounts/{login}/sessions", {}, [parts](const Desk& desk, const Request& request) -> OrRefused<Response> {
        LX_TRY(const KeptSessions kept,
               sessions_kept(keeper_at(desk), parts.accounts, parts.sessions, std::string(request.capture("login"))));
        request.entry->about = kept.account.member.text();
        request.entry->count = static_cast<std::int64_t>(kept.open.size());
        return json_response(sessions_value(kept.open, {}));
      });
  using OnAccount = std::function<Result<Account>(const Keeper&, const std::string& login, const std::string& reason)>;
  const auto add_act = [&](const std::string& word, OnAccount act) {
    routes.post(
        "/v1/accounts/{login}/" + word, reason_members,
        [act = std::move(act)](const Desk& desk, const Request& request, const Value& body) -> OrRefused<Response> {
          LX_TRY(const Account account,
                 act(keeper_at(desk), std::string(request.capture("login")), std::string(body.text_at("reason"))));
          request.entry->about = account.member.text();
          return json_response(account_value(desk, account));
        });
  };
  add_act("disable", [parts](const Keeper& keeper, const std::string& login, const std::string& reason) {
    return disable_account(keeper, parts.accounts, login, reason);
  });
  add_act("enable", [parts](const Keeper& keeper, const std::string& login, const std::string& reason) {
    return enable_account(keeper, parts.accounts, login, reason);
  });
  add_act("unlock", [parts](const Keeper& keeper, const std::string& login, const std::string&) {
    return unlock_account(keeper, parts.accounts, login);
  });
  add_act("end-sessions", [parts](const Keeper& keeper, const std::string& login, const std::string& reason) {
    return end_sessions(keeper, parts.accounts, parts.sessions, login, reason);
  });
  add_act("drop-second-factor", [parts](const Keeper& keeper, const std::string& login, const std::string& reason) {
    return drop_second_factor(keeper, parts.accounts, parts.factors, login, reason);
  });
}

}  // namespace lianxin::server
