#include "server/people/secrets.h"

#include <sys/stat.h>

#include "tests/server/test_server.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

TEST_SUITE_BEGIN("server/people/secrets");

TEST_CASE("a password fits its own verifier and no other") {
  SystemRandom random;
  const std::string verifier = must(make_verifier(random, "correct horse"));
  CHECK(verifier.starts_with("scrypt$32768$8$1$"));
  CHECK(must(password_fits(verifier, "correct horse")));
  CHECK_FALSE(must(password_fits(verifier, "correct hors")));
  CHECK(verifier != must(make_verifier(random, "correct horse")));
  CHECK(password_fits("scrypt$nonsense", "x").error().code == Errc::corrupt);
}

TEST_CASE("an enrolment code is read as people type it") {
  SystemRandom random;
  const std::string code = make_enrol_code(random);
  CHECK(code.size() == 19);
  CHECK(name_of_code(code) == code.substr(0, 4));
  CHECK(normal_enrol_code(code) == code);
  CHECK(normal_enrol_code("abcd efgh jkmn pqrs") == "ABCD-EFGH-JKMN-PQRS");
  CHECK(normal_enrol_code("O0OO-IIII-LLLL-2222") == "0000-1111-1111-2222");
  CHECK(normal_enrol_code("\t ａｂｃｄ－ＥＦＧＨ　ｊｋｍｎpqrs\r\n") == "ABCD-EFGH-JKMN-PQRS");
  CHECK(normal_enrol_code("ABCD—EFGH\u00a0JK–MN—PQRS") == "ABCD-EFGH-JKMN-PQRS");
  CHECK(normal_enrol_code("\ufeffＯ０OO-ＩIII-ＬLLL\u200b-2222") == "0000-1111-1111-2222");
  CHECK(normal_enrol_code("ABCD-EFGH-JKMN-PQR\xff").empty());
  CHECK(normal_enrol_code(std::string("ABCD-EFGH-JKMN-PQR\0", 19)).empty());
  CHECK(normal_enrol_code("ABCD-EFGH-JKMN").empty());
  CHECK(normal_enrol_code("ABCD-EFGH-JKMN-PQRS-T").empty());
  CHECK(normal_enrol_code("ABCD-EFGH-JKMN-PQR中").empty());
}

TEST_CASE("a key that others can read is not used") {
  TestServer server;
  const std::string file = server.folder() + "/data/keys/server.key";
  struct stat info {};
  REQUIRE(stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  REQUIRE(chmod(file.c_str(), 0640) == 0);
  CHECK(KeyFolder(server.folder() + "/data/keys").server().error().code == Errc::not_allowed);
}

TEST_CASE("a desk has the same key each time and each desk its own") {
  TestServer server;
  const SelfDevice desk = must(server->keys->desk("cxy", coordinator, server->random));
  CHECK(must(server->keys->desk("cxy", coordinator, server->random)).device == desk.device);
  CHECK(must(server->keys->desk("../x", coordinator, server->random)).device != desk.device);
  CHECK(desk.member == coordinator);
}

TEST_CASE("a second init leaves the first one's key alone") {
  TestServer server;
  const DeviceId before = server->self.device;
  const ServerOptions again{server.folder() + "/data", LIANXIN_KINDS_DIR, {}};
  CHECK(Parts::create(again).error().code == Errc::conflict);
  CHECK(must(KeyFolder(server.folder() + "/data/keys").server()).device == before);
}

TEST_CASE("two servers never serve one folder") {
  TestServer server;
  const ServerOptions same{server.folder() + "/data", LIANXIN_KINDS_DIR, {}};
  CHECK(Parts::open(same, Parts::Purpose::serve).error().code == Errc::conflict);
  CHECK(Parts::open(same, Parts::Purpose::command).has_value());
}

TEST_SUITE_END();
