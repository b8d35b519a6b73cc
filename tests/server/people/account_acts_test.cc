#include "server/people/account_acts.h"

#include "schema/json.h"
#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Response signed_in_as(TestServer& server, const std::string& login, const std::string& password) {
  return server.ask("POST", "/v1/sessions", to_json(Value::Object{{"login", login}, {"password", password}}));
}

}  // namespace

TEST_SUITE_BEGIN("server/people/account_acts");

TEST_CASE_FIXTURE(Keeping,
                  "an account is made by the administrator, with a password that opens nothing but its change") {
  give(newcomer, "convener", "990121-S01", Sensitivity::internal);
  const Value body = Value::Object{{"login", "xin"}, {"member", newcomer.text()}};
  only_for(*this, {"admin"}, "POST", "/v1/accounts", body);
  const Value made = post("admin", "/v1/accounts", body);
  const std::string one_time(made.text_at("password"));
  CHECK(one_time.size() == 16);
  const Response signed_in = signed_in_as(server, "xin", one_time);
  REQUIRE(signed_in.status == 201);
  CHECK(json_of(signed_in).boolean_at("must_change"));
  tokens["xin"] = json_of(signed_in).text_at("token");
  CHECK(status("xin", "GET", "/v1/records") == 403);
  CHECK(status("admin", "POST", "/v1/accounts", Value::Object{{"login", "XIN"}, {"member", newcomer.text()}}) == 409);
  for (const char* wrong : {"", "x n", "x\u202Ey", "x\ty"}) {
    CHECK(status("admin", "POST", "/v1/accounts", Value::Object{{"login", wrong}, {"member", newcomer.text()}}) / 100 ==
          4);
  }
}

TEST_CASE_FIXTURE(Keeping, "one who was never given a part has no account from the county") {
  CHECK(status("admin", "POST", "/v1/accounts", Value::Object{{"login", "xin"}, {"member", newcomer.text()}}) == 404);
}

TEST_CASE_FIXTURE(Keeping, "whoever works elsewhere as well is kept by whoever keeps both") {
  give(hao, "convener", "990221-S01", Sensitivity::internal);
  CHECK(status("admin", "POST", "/v1/accounts/hao/disable") == 404);
  give(admin, "admin", "990100", Sensitivity::public_);
  CHECK(status("admin", "POST", "/v1/accounts/hao/disable") == 200);
}

TEST_CASE_FIXTURE(Keeping, "a disabled account is out at once, and in again with what it had") {
  only_for(*this, {"admin"}, "POST", "/v1/accounts/hao/disable", Value::Object{});
  CHECK(status("hao", "GET", "/v1/session") == 200);
  CHECK(post("admin", "/v1/accounts/hao/disable").text_at("status") == "disabled");
  CHECK(status("hao", "GET", "/v1/session") == 401);
  CHECK(signed_in_as(server, "hao", Keeping::password).status == 401);
  only_for(*this, {"admin", "hao"}, "POST", "/v1/accounts/hao/enable", Value::Object{});
  post("admin", "/v1/accounts/hao/enable");
  CHECK(signed_in_as(server, "hao", Keeping::password).status == 201);
  CHECK(status("admin", "POST", "/v1/accounts/nobody/disable") == 404);
}

TEST_CASE_FIXTURE(Keeping, "a locked account is unlocked") {
  CHECK(status("hao", "GET", "/v1/session") == 200);
  for (int i = 0; i < 5; ++i) CHECK(signed_in_as(server, "hao", "wrong").status == 401);
  only_for(*this, {"admin"}, "POST", "/v1/accounts/hao/unlock", Value::Object{});
  post("admin", "/v1/accounts/hao/unlock");
  CHECK(signed_in_as(server, "hao", Keeping::password).status == 201);
}

TEST_CASE_FIXTURE(Keeping, "a new one-time password takes the place of the old one") {
  only_for(*this, {"admin"}, "POST", "/v1/accounts/hao/password", Value::Object{});
  const std::string one_time(post("admin", "/v1/accounts/hao/password").text_at("password"));
  CHECK(status("hao", "GET", "/v1/session") == 401);
  CHECK(signed_in_as(server, "hao", Keeping::password).status == 401);
  CHECK(json_of(signed_in_as(server, "hao", one_time)).boolean_at("must_change"));
}

TEST_CASE_FIXTURE(Keeping, "the last administrator is disabled by nobody, and himself by nobody either") {
  CHECK(status("admin", "POST", "/v1/accounts/admin/disable") == 403);
  const Moment moment = must(server->moments->now());
  const Keeper machine{*moment.places, moment.now_ms, "command line", std::nullopt};
  CHECK(disable_account(machine, *server->accounts, "admin", "").error().code == Errc::conflict);
  give(second_admin, "admin", "990121", Sensitivity::public_);
  sign_in("second", second_admin);
  CHECK(status("second", "POST", "/v1/accounts/admin/disable") == 200);
  const Moment later = must(server->moments->now());
  CHECK(disable_account({*later.places, later.now_ms, "command line", std::nullopt}, *server->accounts, "second", "")
            .error()
            .code == Errc::conflict);
}

TEST_CASE_FIXTURE(Keeping, "an administrator lists the accounts of his county page by page") {
  only_for(*this, {"admin", "far", "far-admin"}, "GET", "/v1/accounts", {});
  CHECK(status("far", "GET", "/v1/accounts") == 403);
  std::vector<std::string> logins;
  std::string after;
  do {
    const Value page = get("admin", "/v1/accounts?limit=1" + (after.empty() ? "" : "&after=" + after));
    for (const Value& account : page.list_at("accounts")) logins.emplace_back(account.text_at("login"));
    after = page.text_at("next");
  } while (!after.empty() && logins.size() < 9);
  CHECK(logins == std::vector<std::string>{"admin", "auditor", "cheng", "hao"});
  const Value far = get("far-admin", "/v1/accounts");
  CHECK(far.list_at("accounts").size() == 2);
}

TEST_CASE_FIXTURE(Keeping, "a disabled account is disabled after a restore, and nobody is signed in") {
  CHECK(status("hao", "GET", "/v1/session") == 200);
  const auto backup = server.backup();
  post("admin", "/v1/accounts/hao/disable");
  server.set_back(backup);
  CHECK(status("hao", "GET", "/v1/session") == 401);
  CHECK(signed_in_as(server, "hao", Keeping::password).status == 401);
}

TEST_SUITE_END();
