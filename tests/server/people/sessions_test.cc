#include "server/people/sessions.h"

#include "schema/bytes.h"
#include "schema/json.h"
#include "server/parts/all_routes.h"
#include "server/people/queries.h"
#include "server/people/secrets.h"
#include "server/people/totp.h"
#include "server/storage/database_file.h"
#include "server/storage/sql.h"
#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr std::int64_t minute_ms = 60'000;

std::string header_of(const Response& response, std::string_view name) {
  return std::string(first_of_name(response.headers, name));
}

struct Browser : Keeping {
  std::string jar, csrf;

  Response send(const std::string& method, const std::string& path, const Value& body = {}, NamedTexts headers = {}) {
    Request request;
    request.method = method;
    request.path = path;
    if (!body.is_null()) request.body = to_json(body);
    request.content_type = "application/json";
    request.remote_address = "10.1.2.3";
    request.headers = std::move(headers);
    request.language = Language::en;
    return make_router(*server).answer(std::move(request));
  }
  Response with_cookie(const std::string& method, const std::string& path, const std::string& shown) {
    return send(method, path, {}, {{"cookie", "a=b; " + jar}, {"x-csrf-token", shown}});
  }

  Response sign_in_as(const std::string& login, Value::Object more = {}) {
    more.emplace("login", login);
    more.emplace("password", password);
    return send("POST", "/v1/sessions", more, {{"user-agent", "Test\x1b[31m Browser"}});
  }
  void sign_in_by_cookie(const std::string& login) {
    const Response response = sign_in_as(login, {{"cookie", true}});
    REQUIRE(response.status == 201);
    csrf = json_of(response).text_at("csrf");
    CHECK(json_of(response).find("token") == nullptr);
    const std::string set = header_of(response, "Set-Cookie");
    jar = set.substr(0, set.find(';'));
  }
  std::string token_of(const std::string& login, Value::Object more = {}) {
    const Response response = sign_in_as(login, std::move(more));
    CAPTURE(response.body);
    REQUIRE(response.status == 201);
    return std::string(json_of(response).text_at("token"));
  }
  int asked_with(const std::string& token) { return server.ask("GET", "/v1/session", {}, token).status; }
  std::string code_now(const std::string& secret) { return totp_code(secret, server.now_ms / totp_step_ms); }
};

std::string code_of(const Response& response) { return std::string(json_of(response).text_at("code")); }

std::string decoded_secret(std::string_view base32) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base32) {
    bits = (bits << 5) | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 255U);
  }
  return bytes;
}

// With a second factor of his own; the secret, and the recovery codes.
struct WithFactor {
  std::string secret;
  std::vector<std::string> recovery;

  WithFactor(Browser& browser, const std::string& login) {
    const std::string token = browser.token_of(login);
    const Response wrong =
        browser.server.ask("POST", "/v1/session/totp", R"({"password":"another one, a wrong one"})", token);
    CHECK(wrong.status == 401);
    const Response begun =
        browser.server.ask("POST", "/v1/session/totp", to_json(Value::Object{{"password", Keeping::password}}), token);
    REQUIRE(begun.status == 200);
    secret = decoded_secret(json_of(begun).text_at("secret"));
    CHECK(json_of(begun).text_at("uri") == totp_uri(secret, login));
    CHECK(browser.server.ask("POST", "/v1/session/totp/confirm", R"({"code":"000000"})", token).status == 401);
    const Response confirmed = browser.server.ask("POST", "/v1/session/totp/confirm",
                                                  to_json(Value::Object{{"code", browser.code_now(secret)}}), token);
    REQUIRE(confirmed.status == 200);
    const Value codes = json_of(confirmed);
    for (const Value& code : codes.list_at("recovery_codes")) recovery.push_back(*code.text());
    CHECK(recovery.size() == 10);
    CHECK(browser.asked_with(token) == 401);  // what was opened without it is closed
    browser.server.now_ms += totp_step_ms;
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/people/sessions");

TEST_CASE_FIXTURE(Browser,
                  "a page is signed in by a cookie that no script reads, and shows its token with what changes") {
  sign_in_by_cookie("hao");
  const Response again = sign_in_as("hao", {{"cookie", true}});
  const std::string set = header_of(again, "Set-Cookie");
  CHECK(set.starts_with("lianxin="));
  for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"}) CHECK(set.find(part) != std::string::npos);
  CHECK(with_cookie("GET", "/v1/session", {}).status == 200);
  CHECK(json_of(with_cookie("GET", "/v1/session", {})).text_at("csrf") == csrf);
  for (const std::string& shown : {std::string(), csrf + "x", csrf_of("another")}) {
    CHECK(code_of(with_cookie("POST", "/v1/sessions/end-others", shown)) == "csrf_missing");
    CHECK(code_of(with_cookie("DELETE", "/v1/sessions", shown)) == "csrf_missing");
    CHECK(code_of(with_cookie("POST", "/v1/verdicts", shown)) == "csrf_missing");
  }
  CHECK(with_cookie("POST", "/v1/sessions/end-others", csrf).status == 204);
  const Response out = with_cookie("DELETE", "/v1/sessions", csrf);
  CHECK(out.status == 204);
  CHECK(header_of(out, "Set-Cookie").find("Max-Age=0") != std::string::npos);
  CHECK(with_cookie("GET", "/v1/session", {}).status == 401);
}

TEST_CASE_FIXTURE(Browser, "under TLS the cookie is bound to its host and travels on nothing else") {
  const Sessions secure(*server->database, true);
  CHECK(secure.cookie("t").starts_with("__Host-lianxin=t; Path=/; HttpOnly; SameSite=Strict; Secure"));
}

TEST_CASE_FIXTURE(Browser, "a token is no cookie and a cookie no token") {
  sign_in_by_cookie("hao");
  const std::string by_cookie = jar.substr(jar.find('=') + 1), by_token = token_of("hao");
  CHECK(asked_with(by_token) == 200);
  CHECK(asked_with(by_cookie) == 401);
  jar = "lianxin=" + by_token;
  CHECK(with_cookie("GET", "/v1/session", {}).status == 401);
  // Whoever sends a token is asked for nothing else.
  Request request;
  request.method = "GET";
  request.path = "/v1/session";
  request.bearer_token = "nonsense";
  request.headers = {{"cookie", "lianxin=" + by_cookie}, {"authorization", "Bearer nonsense"}};
  CHECK(make_router(*server).answer(request).status == 401);
}

TEST_CASE_FIXTURE(Browser, "a session that nobody uses for half an hour ends, and every one after twelve hours") {
  const std::string used = token_of("hao"), idle = token_of("hao");
  for (int i = 0; i < 2; ++i) {
    server.now_ms += 29 * minute_ms;
    CHECK(asked_with(used) == 200);
  }
  CHECK(asked_with(idle) == 401);
  for (int i = 0; i < 30; ++i) {
    server.now_ms += 29 * minute_ms;
    (void)asked_with(used);
  }
  CHECK(asked_with(used) == 401);
}

TEST_CASE_FIXTURE(Browser, "somebody sees where he is signed in, and ends what he does not know") {
  const std::string here = token_of("hao"), there = token_of("hao");
  server.now_ms += 2 * minute_ms;
  const Value list = json_of(server.ask("GET", "/v1/sessions", {}, here));
  REQUIRE(list.list_at("sessions").size() == 2);
  std::string other;
  for (const Value& session : list.list_at("sessions")) {
    CHECK(session.text_at("from") == "10.1.2.3");
    CHECK(session.text_at("agent") == "Test[31m Browser");
    CHECK((session.integer_at("used_ms") == server.now_ms) == session.boolean_at("current"));
    if (!session.boolean_at("current")) other = session.text_at("session");
  }
  const std::string far = token_of("far");
  CHECK(server.ask("DELETE", "/v1/sessions/" + other, {}, far).status == 404);
  CHECK(asked_with(there) == 200);
  CHECK(server.ask("DELETE", "/v1/sessions/" + other, {}, here).status == 204);
  CHECK(asked_with(there) == 401);
  const std::string third = token_of("hao");
  CHECK(server.ask("POST", "/v1/sessions/end-others", {}, third).status == 204);
  CHECK(asked_with(here) == 401);
  CHECK(asked_with(third) == 200);
}

TEST_CASE_FIXTURE(Browser, "an administrator sees and ends the sessions of those he keeps") {
  const std::string token = token_of("hao");
  only_for(*this, {"admin"}, "GET", "/v1/accounts/hao/sessions", {});
  CHECK(get("admin", "/v1/accounts/hao/sessions").list_at("sessions").size() == 2);  // one of only_for()
  only_for(*this, {"admin"}, "POST", "/v1/accounts/hao/end-sessions", Value::Object{});
  CHECK(asked_with(token) == 200);
  post("admin", "/v1/accounts/hao/end-sessions");
  CHECK(asked_with(token) == 401);
}

TEST_CASE_FIXTURE(Browser, "an account has so many sessions and no more") {
  const auto sign_ins = Sessions::per_account_max + 3;
  must(server->database->write([&](SqlConnection& connection) -> Status {
    for (std::size_t i = 0; i < sign_ins; ++i) {
      open_session(connection, server->random, "hao", {}, server.now_ms + static_cast<std::int64_t>(i));
    }
    return {};
  }));
  CHECK(must(server->sessions->of("hao", server.now_ms)).size() == Sessions::per_account_max);
}

TEST_CASE_FIXTURE(Browser, "with a second factor a right password is asked for a code, and a wrong one is not") {
  const WithFactor factor(*this, "hao");
  const Response wrong = send("POST", "/v1/sessions", Value::Object{{"login", "hao"}, {"password", "wrong"}});
  const Response wrong_both =
      send("POST", "/v1/sessions", Value::Object{{"login", "hao"}, {"password", "wrong"}, {"code", "000000"}});
  const Response unknown = send("POST", "/v1/sessions", Value::Object{{"login", "nobody"}, {"password", "wrong"}});
  CHECK(wrong.body == unknown.body);
  CHECK(wrong_both.body == unknown.body);
  CHECK(code_of(sign_in_as("hao")) == "totp_needed");
  CHECK(code_of(sign_in_as("hao", {{"code", "000000"}})) == "totp_wrong");
  const std::string code = code_now(factor.secret);
  const std::string token = token_of("hao", {{"code", code}});
  CHECK(json_of(server.ask("GET", "/v1/session", {}, token)).boolean_at("second_factor"));
  CHECK(code_of(sign_in_as("hao", {{"code", code}})) == "totp_wrong");  // each serves once
  server.now_ms += totp_step_ms;
  token_of("hao", {{"code", code_now(factor.secret)}});
}

TEST_CASE_FIXTURE(Browser, "who sends wrong codes waits as who sends wrong passwords does") {
  const WithFactor factor(*this, "hao");
  for (int i = 0; i < 5; ++i) CHECK(code_of(sign_in_as("hao", {{"code", "000000"}})) == "totp_wrong");
  CHECK(code_of(sign_in_as("hao", {{"code", code_now(factor.secret)}})) == "wrong_credentials");
}

TEST_CASE_FIXTURE(Browser, "a recovery code serves once, also on a server that was put back") {
  const WithFactor factor(*this, "hao");
  const auto backup = server.backup();
  token_of("hao", {{"code", factor.recovery.front()}});
  CHECK(code_of(sign_in_as("hao", {{"code", factor.recovery.front()}})) == "totp_wrong");
  server.set_back(backup);
  CHECK(code_of(sign_in_as("hao", {{"code", factor.recovery.front()}})) == "totp_wrong");
  token_of("hao", {{"code", factor.recovery.back()}});
}

TEST_CASE_FIXTURE(Browser, "a second factor is in force on a server that was put back to before it") {
  const auto backup = server.backup();
  const WithFactor factor(*this, "hao");
  server.set_back(backup);
  CHECK(code_of(sign_in_as("hao")) == "totp_needed");
  token_of("hao", {{"code", code_now(factor.secret)}});
}

TEST_CASE_FIXTURE(Browser, "the database alone tells no secret of a second factor") {
  const WithFactor factor(*this, "hao");
  must(copy_database(server.folder() + "/data/lianxin.db", server.folder() + "/copy.db"));
  std::string bytes;
  FILE* file = std::fopen((server.folder() + "/copy.db").c_str(), "rb");
  REQUIRE(file);
  char buffer[65536];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) bytes.append(buffer, n);
  std::fclose(file);
  CHECK(bytes.find(factor.secret) == std::string::npos);
  for (const std::string& code : factor.recovery) CHECK(bytes.find(code) == std::string::npos);
}

TEST_CASE_FIXTURE(Browser, "an administrator helps whoever lost his phone and his recovery codes") {
  const WithFactor factor(*this, "hao");
  tokens["hao"] = token_of("hao", {{"code", factor.recovery.front()}});
  only_for(*this, {"admin"}, "POST", "/v1/accounts/hao/drop-second-factor", Value::Object{});
  post("admin", "/v1/accounts/hao/drop-second-factor");
  token_of("hao");
}

TEST_CASE_FIXTURE(Browser, "where the office asks for it nobody looks after people or phones without a second factor") {
  server.second_factor_required = true;
  server.reopen();
  CHECK(code_of(ask("cheng", "GET", "/v1/devices")) == "second_factor_required");
  CHECK(code_of(ask("admin", "GET", "/v1/accounts")) == "second_factor_required");
  CHECK(status("hao", "GET", "/v1/records") == 200);
  const WithFactor factor(*this, "cheng");
  tokens["cheng"] = token_of("cheng", {{"code", code_now(factor.secret)}});
  CHECK(status("cheng", "GET", "/v1/devices") == 200);
}

TEST_CASE_FIXTURE(Browser, "a short password of before opens nothing but the way to a new one") {
  must(server->database->write([&](SqlConnection& connection) -> Status {
    connection.exec(people_sql::set_verifier, "hao", must(make_verifier(server->random, "12345678")), 0);
    return {};
  }));
  const Response old = send("POST", "/v1/sessions", Value::Object{{"login", "hao"}, {"password", "12345678"}});
  REQUIRE(old.status == 201);
  CHECK(json_of(old).boolean_at("must_change"));
  const std::string token(json_of(old).text_at("token"));
  CHECK(server.ask("GET", "/v1/records", {}, token).status == 403);
  const auto change = [&](const char* wanted) {
    return server.ask("POST", "/v1/session/password",
                      to_json(Value::Object{{"password", "12345678"}, {"new_password", wanted}}), token);
  };
  CHECK(code_of(change("short")) == "password_length");
  CHECK(code_of(change("woaini5201314")) == "password_common");
  CHECK(code_of(change("郝商量123456789")) == "password_common");
  CHECK(change("七只鹅走在田埂上，一只回头").status == 204);
}

TEST_SUITE_END();
