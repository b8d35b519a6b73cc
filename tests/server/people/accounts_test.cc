#include "schema/json.h"
#include "server/storage/database_file.h"
#include "tests/server/test_server.h"
#include "tests/support/database_beside.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Response sign_in(TestServer& server, const std::string& login, const std::string& password) {
  return server.ask("POST", "/v1/sessions", to_json(Value::Object{{"login", login}, {"password", password}}));
}

struct WithAccount : TestServer {
  WithAccount() { must((*this)->accounts->add("cxy", coordinator, "right password", false)); }
};

}  // namespace

TEST_SUITE_BEGIN("server/people/accounts");

TEST_CASE_FIXTURE(WithAccount, "whoever signs in is told who they are and what they may see") {
  const Response response = sign_in(*this, "cxy", "right password");
  REQUIRE(response.status == 201);
  const Value told = json_of(response);
  CHECK(told.text_at("member") == coordinator.text());
  CHECK(told.text_at("member_name") == "程协友");
  const Response again = ask("GET", "/v1/session", {}, std::string(told.text_at("token")));
  REQUIRE(again.status == 200);
  const Value described = json_of(again);
  bool coordinates_1 = false;
  for (const Value& studio : described.list_at("studios")) {
    coordinates_1 = coordinates_1 || (studio.text_at("code") == "990121-S01" &&
                                      *studio.list_at("roles").front().text() == "coordinator");
  }
  CHECK(coordinates_1);
}

TEST_CASE_FIXTURE(WithAccount, "an unknown login and a wrong password are answered alike") {
  const Response wrong = sign_in(*this, "cxy", "wrong password"), unknown = sign_in(*this, "nobody", "wrong password");
  CHECK(wrong.status == 401);
  CHECK(wrong.body == unknown.body);
}

TEST_CASE_FIXTURE(WithAccount, "who sends five wrong passwords waits and nobody else does") {
  const auto from = [&](const std::string& client, const std::string& password, const std::string& login = "cxy") {
    return must((*this)->accounts->sign_in(login, password, now_ms, {client, {}, {}})).outcome;
  };
  using Outcome = SignedIn::Outcome;
  for (int i = 0; i < 4; ++i) CHECK(from("mallory", "wrong password") == Outcome::wrong);
  CHECK(from("mallory", "right password") == Outcome::ok);  // and the count begins anew
  for (int i = 0; i < 5; ++i) CHECK(from("mallory", "wrong password") == Outcome::wrong);
  for (const char* typed : {"cxy", " CXY", "ｃｘｙ"}) CHECK(from("mallory", "right password", typed) == Outcome::wrong);
  CHECK(from("office", "right password") == Outcome::ok);
  now_ms += SignInGuard::first_wait_ms - 1;
  CHECK(from("mallory", "right password") == Outcome::wrong);
  now_ms += 1;
  CHECK(from("mallory", "wrong password") == Outcome::wrong);
  now_ms += SignInGuard::first_wait_ms;
  CHECK(from("mallory", "right password") == Outcome::wrong);  // twice as long
  now_ms += SignInGuard::first_wait_ms;
  CHECK(from("mallory", "right password") == Outcome::ok);
}

TEST_CASE_FIXTURE(WithAccount, "wrong, unknown, disabled and not looked at are one answer after one time") {
  must((*this)->accounts->add("gone", hao, "right password", false));
  must((*this)->accounts->set_disabled("gone", true));
  const Response wrong = sign_in(*this, "cxy", "wrong password");
  CHECK(wrong.status == 401);
  CHECK(wrong.at_least_ms > 0);
  for (int i = 0; i < 7; ++i) {
    for (const char* login : {"cxy", "nobody", "gone"}) {
      const Response other = sign_in(*this, login, login == std::string("gone") ? "right password" : "wrong password");
      CHECK(other.status == wrong.status);
      CHECK(other.body == wrong.body);
      CHECK(other.headers == wrong.headers);
      CHECK(other.at_least_ms >= 400);
    }
  }
}

TEST_CASE("passwords that are sent all at once are counted all the same") {
  SignInGuard guard;
  int tried = 0;
  for (int i = 0; i < 100; ++i) tried += guard.begin("CXY", "mallory", noon_ms) == SignInGuard::May::tries;
  CHECK(tried == SignInGuard::tries_max);
}

TEST_CASE("one client's wrong passwords for any logins are bounded and in bounded memory") {
  SignInGuard guard;
  for (int i = 0; i < 50'000; ++i) {
    if (guard.client_wait_ms("mallory", noon_ms) > 0) continue;
    (void)guard.begin("login" + std::to_string(i), "mallory", noon_ms);
  }
  CHECK(guard.client_wait_ms("mallory", noon_ms) > 0);
  CHECK(guard.client_wait_ms("office", noon_ms) == 0);
  CHECK(guard.client_wait_ms("mallory", noon_ms + 3'600'000) == 0);
  for (int i = 0; i < 30'000; ++i) (void)guard.begin("login" + std::to_string(i), "many", noon_ms);
}

TEST_CASE("a wait that a clock set which ran a year ahead binds nobody once it is right") {
  constexpr std::int64_t year_ms = 365LL * 24 * 60 * 60 * 1000;
  SignInGuard guard;
  for (int i = 0; i < SignInGuard::tries_max; ++i) (void)guard.begin("CXY", "office", noon_ms + year_ms);
  CHECK(guard.begin("CXY", "office", noon_ms + year_ms) == SignInGuard::May::waits);
  CHECK(guard.begin("CXY", "office", noon_ms) == SignInGuard::May::tries);
}

TEST_CASE_FIXTURE(WithAccount, "a session ends when it is too old or signed out") {
  const std::string token(json_of(sign_in(*this, "cxy", "right password")).text_at("token"));
  CHECK(ask("GET", "/v1/session", {}, token).status == 200);
  CHECK(ask("GET", "/v1/session", {}, "A" + token).status == 401);
  const std::string other(json_of(sign_in(*this, "cxy", "right password")).text_at("token"));
  CHECK(ask("DELETE", "/v1/sessions", {}, token).status == 204);
  CHECK(ask("GET", "/v1/session", {}, token).status == 401);
  now_ms += Accounts::session_ms;
  CHECK(ask("GET", "/v1/session", {}, other).status == 401);
}

TEST_CASE_FIXTURE(WithAccount, "a new password ends every session") {
  const std::string token(json_of(sign_in(*this, "cxy", "right password")).text_at("token"));
  const auto change = [&](const char* from, const char* to) {
    return ask("POST", "/v1/session/password", to_json(Value::Object{{"password", from}, {"new_password", to}}), token);
  };
  CHECK(change("wrong password", "another password").status == 401);
  const Response too_short = change("right password", "short");
  CHECK(too_short.status == 422);
  CHECK(json_of(too_short).text_at("code") == "password_length");
  CHECK(json_of(too_short).text_at("detail") == "a password has at least 12 characters, and at most 256 bytes");
  CHECK(change("right password", "another password").status == 204);
  CHECK(ask("GET", "/v1/session", {}, token).status == 401);
  CHECK(sign_in(*this, "cxy", "right password").status == 401);
  CHECK(sign_in(*this, "cxy", "another password").status == 201);
}

TEST_CASE_FIXTURE(WithAccount, "a login is taken as it is typed, where only one account is meant so") {
  for (const char* typed : {"cxy", " cxy\n", "Cxy", "ＣＸＹ", "cxy　"}) {
    CAPTURE(typed);
    CHECK(sign_in(*this, typed, "right password").status == 201);
  }
  CHECK(sign_in(*this, "c xy", "right password").status == 401);
  must((*this)->accounts->add("CXY", hao, "other password", false));
  CHECK(sign_in(*this, "cxy", "right password").status == 201);
  CHECK(sign_in(*this, "CXY", "other password").status == 201);
  CHECK(sign_in(*this, "Cxy", "right password").status == 401);
}

TEST_CASE_FIXTURE(WithAccount, "a disabled account cannot sign in") {
  const std::string token(json_of(sign_in(*this, "cxy", "right password")).text_at("token"));
  must((*this)->accounts->set_disabled("cxy", true));
  CHECK(ask("GET", "/v1/session", {}, token).status == 401);
  CHECK(sign_in(*this, "cxy", "right password").status == 401);
}

TEST_CASE_FIXTURE(WithAccount, "the secrets are not in the database") {
  const std::string token(json_of(sign_in(*this, "cxy", "right password")).text_at("token"));
  const std::string bytes = test::bytes_of_database(folder() + "/data/lianxin.db");
  CHECK(bytes.find("cxy") != std::string::npos);
  CHECK(bytes.find(token) == std::string::npos);
  CHECK(bytes.find("right password") == std::string::npos);
}

TEST_SUITE_END();
