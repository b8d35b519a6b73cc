#include "client-sdk/session/server_address.h"

#include <doctest/doctest.h>

#include "client-sdk/core/problems.h"

namespace lianxin::client {
namespace {

std::string taken(std::string_view typed) {
  const Result<std::string> address = server_address(typed);
  return address ? *address : problem_of(address.error()).code;
}

TransportReply redirect(int status, const std::string& location) {
  TransportReply reply{Delivery::answered, status, {}, -1, {}};
  reply.location = location;
  return reply;
}

}  // namespace

TEST_SUITE("client-sdk/session/server_address") {
  TEST_CASE("an address is taken as people type and paste it") {
    for (const char* typed : {"https://lianxin.example", " https://lianxin.example/ \n", "HTTPS://Lianxin.Example//",
                              "ｈｔｔｐｓ：／／ｌｉａｎｘｉｎ．ｅｘａｍｐｌｅ", "https：//lianxin。example",
                              "\xef\xbb\xbfhttps://lianxin.example\xe3\x80\x80\xe2\x80\x8b"}) {
      CAPTURE(typed);
      CHECK(taken(typed) == "https://lianxin.example");
    }
    CHECK(taken("http://127.0.0.1:8640/") == "http://127.0.0.1:8640");
    CHECK(taken("http://[::1]:8640") == "http://[::1]:8640");
  }

  TEST_CASE("what is none is refused, and it is said what is wrong with it") {
    const std::pair<const char*, const char*> wrong[] = {{"", "没有填写"},
                                                         {"lianxin.example", "https://"},
                                                         {"127.0.0.1:8640", "https://"},
                                                         {"ftp://lianxin.example", "https://"},
                                                         {"https://", "主机名"},
                                                         {"http://:8640", "主机名"},
                                                         {"http://lianxin.example:0", "端口"},
                                                         {"http://lianxin.example:99999", "端口"},
                                                         {"http://lianxin.example:", "端口"},
                                                         {"https://user:word@lianxin.example", "用户名"},
                                                         {"https://lianxin.example/path", "路径"},
                                                         {"https://lianxin.example?a", "路径"},
                                                         {"https://lianxin .example", "空格"},
                                                         {"https://连心.example", "字符"},
                                                         {"https://lianxin\xff.example", "字符"},
                                                         {"http://[::1", "完整"}};
    for (const auto& [typed, what] : wrong) {
      CAPTURE(typed);
      const Result<std::string> address = server_address(typed);
      REQUIRE_FALSE(address.has_value());
      const Problem problem = problem_of(address.error());
      CHECK(problem.code == "server_url_wrong");
      CHECK(problem.zh.find(what) != std::string::npos);
    }
  }

  TEST_CASE("a permanent redirect to the same path names the new address, and no other answer does") {
    const auto to = [](int status, const std::string& location, const char* from = "http://a.example") {
      return moved_to(from, "/v1/sync", redirect(status, location)).value_or("");
    };
    CHECK(to(301, "https://b.example/v1/sync") == "https://b.example");
    CHECK(to(308, "http://b.example:8640/v1/sync") == "http://b.example:8640");
    CHECK(to(308, "https://a.example/v1/sync", "https://a.example").empty());
    CHECK(to(302, "https://b.example/v1/sync").empty());
    CHECK(to(200, "https://b.example/v1/sync").empty());
    CHECK(to(301, "https://b.example/login").empty());
    CHECK(to(301, "https://b.example/x/v1/sync").empty());
    CHECK(to(301, "https://b.example/v1/sync?next=1").empty());
    CHECK(to(301, "/v1/sync").empty());
    CHECK(to(301, "").empty());
    CHECK(to(301, "http://b.example/v1/sync", "https://a.example").empty());
  }
}

}  // namespace lianxin::client
