#include "client-sdk/core/problems.h"

#include <doctest/doctest.h>

#include "sync/wire/codes.h"

namespace lianxin {
namespace {

Problem told(int status, const std::string& body) {
  TransportReply reply;
  reply.delivery = Delivery::answered;
  reply.status = status;
  reply.body = body;
  return client::problem_in(reply).value();
}

TEST_SUITE("client-sdk/core/problems") {
  TEST_CASE("a phone whose protocol is not spoken tells which side is to be updated (PROTOCOL 8)") {
    for (const auto& [code, who] : {std::pair(codes::protocol_too_old, "Update the app"),
                                    std::pair(codes::protocol_too_new, "update the server")}) {
      const Problem problem = told(400, "{\"code\":\"" + std::string(code) + "\",\"title\":\"any\"}");
      CHECK(problem.code == code);
      CHECK(problem.kind == ProblemKind::refused);
      CHECK(problem.en.find(who) != std::string::npos);
      CHECK_FALSE(problem.zh.empty());
    }
  }
  TEST_CASE("a code that is the server's alone is told in the server's words") {
    const Problem problem = told(404, R"({"code":"code_unknown","title":"登记码不对"})");
    CHECK(problem.code == "code_unknown");
    CHECK(problem.zh == "登记码不对");
  }
}

}  // namespace
}  // namespace lianxin
