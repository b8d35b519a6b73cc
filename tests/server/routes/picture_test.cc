#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

struct AtDesk {
  AtDesk() {
    must(server->accounts->add("cheng", coordinator, "一个够长的口令，谁也猜不到", false));
    token = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms)).token;
  }
  Response picture(const std::string& code, const std::string& form) {
    return server.ask("POST", "/v1/codes/picture", R"({"code":")" + code + R"(","form":")" + form + "\"}", token);
  }

  TestServer server;
  std::string token;
};

}  // namespace

TEST_SUITE_BEGIN("server/routes/picture");

TEST_CASE_FIXTURE(AtDesk,
                  "a code is shown at a desk as what a phone scans, once the office has said where the server is") {
  CHECK(picture("abcd efgh jkmn pqrs", "svg").status == 409);
  must(server->address->set({"https://lianxin.example", {}}));
  const Response svg = picture("abcd efgh jkmn pqrs", "svg"), png = picture("ABCD-EFGH-JKMN-PQRS", "png");
  CHECK(svg.status == 200);
  CHECK(svg.content_type == "image/svg+xml");
  CHECK(svg.body.starts_with("<svg"));
  CHECK(png.content_type == "image/png");
  CHECK(png.body.starts_with("\x89PNG"));
  CHECK(json_of(picture("ABCD-EFGH-JKMN-PQRS", "uri")).text_at("uri") ==
        "lianxin:1?a=https://lianxin.example&c=ABCD-EFGH-JKMN-PQRS");
}

TEST_CASE_FIXTURE(AtDesk, "what is no code, or no form, is refused, and so is who is not signed in") {
  must(server->address->set({"https://lianxin.example", {}}));
  CHECK(picture("nonsense", "svg").status == 400);
  CHECK(picture("ABCD-EFGH-JKMN-PQRS", "gif").status == 400);
  token = "another";
  CHECK(picture("ABCD-EFGH-JKMN-PQRS", "svg").status == 401);
}

TEST_SUITE_END();
