#include "server/people/code_acts.h"

#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

Value asked(const std::string& studio, const MemberId& member) {
  return Value::Object{{"studio", studio}, {"member", member.text()}};
}

std::string only_open(Keeping& county) {
  const Value list = county.get("cheng", "/v1/codes");
  REQUIRE(list.list_at("codes").size() == 1);
  return std::string(list.list_at("codes").front().text_at("code_id"));
}

}  // namespace

TEST_SUITE_BEGIN("server/people/code_acts");

TEST_CASE_FIXTURE(Keeping, "a code is issued by whoever looks after the studio, for whoever takes part in it") {
  only_for(*this, {"cheng", "admin"}, "POST", "/v1/codes", asked("990121-S01", hao));
  const Response issued = ask("cheng", "POST", "/v1/codes", asked("990121-S01", hao));
  REQUIRE(issued.status == 201);
  TestPhone phone(1);
  CHECK(phone.enrol(server, std::string(json_of(issued).text_at("code"))).status == 200);
  CHECK(status("cheng", "POST", "/v1/codes", asked("990121-S01", newcomer)) == 400);
  Value long_lived = asked("990121-S01", hao);
  long_lived.object()->emplace("days", 91);
  CHECK(status("cheng", "POST", "/v1/codes", long_lived) == 400);
}

TEST_CASE_FIXTURE(Keeping, "a coordinator gets no phone of somebody who may see more than he") {
  CHECK(status("cheng", "POST", "/v1/codes", asked("990121-S02", doctor)) == 403);
  CHECK(status("admin", "POST", "/v1/codes", asked("990121-S02", doctor)) == 201);
}

TEST_CASE_FIXTURE(Keeping, "a code that was withdrawn enrols nobody, and one that was used is not withdrawn") {
  const std::string code(post("cheng", "/v1/codes", asked("990121-S01", hao)).text_at("code"));
  const std::string path = "/v1/codes/" + only_open(*this) + "/withdraw";
  only_for(*this, {"cheng", "admin"}, "POST", path, Value::Object{});
  CHECK(post("admin", path).integer_at("withdrawn_ms") == server.now_ms);
  CHECK(get("cheng", "/v1/codes").list_at("codes").empty());
  TestPhone phone(1);
  CHECK(json_of(phone.enrol(server, code)).text_at("code") == "code_unknown");
  CHECK(status("cheng", "POST", path) == 409);

  const std::string second(post("cheng", "/v1/codes", asked("990121-S01", hao)).text_at("code"));
  const std::string second_path = "/v1/codes/" + only_open(*this) + "/withdraw";
  REQUIRE(phone.enrol(server, second).status == 200);
  CHECK(status("cheng", "POST", second_path) == 409);
  CHECK(phone.enrol(server, second).status == 200);  // its own reply may have been lost
  CHECK(status("cheng", "POST", "/v1/codes/0123456789abcdef/withdraw") == 404);
  CHECK(status("cheng", "POST", "/v1/codes/x/withdraw") == 404);
}

TEST_CASE_FIXTURE(Keeping, "open codes are listed page by page until they are too old") {
  for (int i = 0; i < 5; ++i) {
    post("cheng", "/v1/codes", asked("990121-S01", hao));
    server.now_ms += 1000;
  }
  CHECK(get("far", "/v1/codes").list_at("codes").empty());
  CHECK(get("hao", "/v1/codes").list_at("codes").empty());
  std::vector<std::int64_t> issued;
  std::string after;
  do {
    const Value page = get("cheng", "/v1/codes?limit=2" + (after.empty() ? "" : "&after=" + after));
    CHECK(page.list_at("codes").size() <= 2);
    for (const Value& code : page.list_at("codes")) issued.push_back(code.integer_at("issued_ms"));
    after = page.text_at("next");
  } while (!after.empty() && issued.size() < 9);
  CHECK(issued.size() == 5);
  CHECK(std::is_sorted(issued.begin(), issued.end()));
  server.now_ms += 8LL * 24 * 60 * 60 * 1000;
  sign_in("again", coordinator);
  CHECK(get("again", "/v1/codes").list_at("codes").empty());
}

TEST_CASE_FIXTURE(Keeping, "a code that was withdrawn is withdrawn after a restore") {
  const std::string code(post("cheng", "/v1/codes", asked("990121-S01", hao)).text_at("code"));
  const auto backup = server.backup();
  post("cheng", "/v1/codes/" + only_open(*this) + "/withdraw");
  server.set_back(backup);
  TestPhone phone(1);
  CHECK(json_of(phone.enrol(server, code)).text_at("code") == "code_unknown");
}

TEST_SUITE_END();
