#include "lianxin/codes.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {

TEST_SUITE("client-sdk/session/versions") {
  TEST_CASE("a phone and a server that do not speak one version of the protocol keep all until they do (PROTOCOL 8)") {
    for (const auto& [versions_ahead, code] :
         {std::pair(1, problem_code::protocol_too_old), std::pair(-1, problem_code::protocol_too_new)}) {
      CAPTURE(code);
      TwoPhones phones("versions" + std::to_string(versions_ahead));
      const std::string record = phones.a.make(R"({"title":"路灯"})");
      phones.server.versions_ahead = versions_ahead;
      const int calls = phones.server.calls;
      const auto refused = phones.a.try_sync(60'000);
      REQUIRE_FALSE(refused);
      CHECK(refused.problem().code == code);
      CHECK(phones.server.calls == calls + 1);  // to ask again in the same version helps nobody
      CHECK(phones.a.status().waiting == 1);
      CHECK(phones.a.shown(record, "title") == "路灯");

      phones.server.versions_ahead = 0;
      CHECK(phones.a.sync().pushed == 1);
      phones.b.sync();
      CHECK(phones.b.shown(record, "title") == "路灯");
    }
  }
}

}  // namespace lianxin::client
