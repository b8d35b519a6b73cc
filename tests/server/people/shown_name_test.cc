#include "server/people/shown_name.h"

#include "schema/json.h"
#include "sync/wire/enrolment.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE_BEGIN("server/people/shown_name");

TEST_CASE("a phone's name holds nothing that does not show") {
  CHECK(shown_name("  郝的 手机\n二号\t") == "郝的 手机 二号");
  CHECK(shown_name("a\x1b[31mb\x07") == "a[31mb");
  CHECK(shown_name("a\u202Eb\u200Bc\u2066d\uFEFFe\u00ADf") == "abcdef");
  CHECK(shown_name("\u200B\u3000\u2028") == "");
  CHECK(shown_name("🙂 ok") == "🙂 ok");
}

TEST_CASE("the name that a phone enrols by is shown without what does not show") {
  TestServer server;
  SecretKey secret{};
  secret.fill(5);
  const std::string body =
      to_json(to_value(enrol_request(secret, code_for(server, studio_1, hao), "\x1b[2J郝\u202E的\u200B手机")));
  REQUIRE(server.ask("POST", "/v1/enrol", body).status == 200);
  CHECK(must(server->devices->all()).front().name == "[2J郝的手机");
}

TEST_SUITE_END();
