// The server program under another address than the one its phones were enrolled at.
#include <doctest/doctest.h>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

TEST_SUITE("whole/moved") {
  TEST_CASE("a phone takes the new address of its own server, and of no other, and hands over there (PROTOCOL 9.4)") {
    TempFolder folder, elsewhere;
    ServerProcess server(folder), other(elsewhere);
    server.start();
    other.start();
    Phone phone = enrolled_phone(server, folder / "phone", "990121-S01", "米小满");
    Form visit = must(phone.begin_new("outreach_visit"));
    must(visit.set("address_text", "上柳湾村三组"));
    must(visit.commit());

    const auto refused = phone.move_to(other.url());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.problem().code == "other_server");
    CHECK(must(phone.status()).server == server.url());

    const std::string by_name = "http://localhost:" + std::to_string(server.port());
    must(phone.move_to(by_name + "/"));
    CHECK(must(phone.status()).server == by_name);
    CHECK(must(phone.sync()).pushed == 1);
    CHECK(must(phone.status()).waiting == 0);
  }
}
