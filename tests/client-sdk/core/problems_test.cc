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
  return client::problem_in(reply, "application/json").value();
}

// As our server writes one.
std::string document(const std::string& code, const std::string& more) {
  return "{\"type\":\"/problems/" + code + "\",\"code\":\"" + code + "\"," + more + "}";
}

TEST_SUITE("client-sdk/core/problems") {
  TEST_CASE("a phone whose protocol is not spoken tells which side is to be updated (PROTOCOL 8)") {
    for (const auto& [code, who] : {std::pair(codes::protocol_too_old, "Update the app"),
                                    std::pair(codes::protocol_too_new, "update the server")}) {
      const Problem problem = told(400, document(std::string(code), R"("title":"any")"));
      CHECK(problem.code == code);
      CHECK(problem.kind == ProblemKind::refused);
      CHECK(problem.en.find(who) != std::string::npos);
      CHECK_FALSE(problem.zh.empty());
    }
  }
  TEST_CASE("a code that is the server's alone is told in the server's words") {
    const Problem problem = told(404, document("code_unknown", R"("title":"登记码不对","next":"请核对。")"));
    CHECK(problem.code == "code_unknown");
    CHECK(problem.zh == "登记码不对。请核对。");
  }

  TEST_CASE("what is not our server's is named so, and may be tried again") {
    const std::pair<int, const char*> strangers[] = {{302, ""},
                                                     {403, "<html>403 Forbidden</html>"},
                                                     {404, ""},
                                                     {401, R"({"code":"401","message":"sign in"})"},
                                                     {403, R"({"type":"about:blank","code":"forbidden"})"},
                                                     {410, R"({"code":410})"},
                                                     {511, "<html>sign in</html>"}};
    for (const auto& [status, body] : strangers) {
      CAPTURE(status);
      const Problem problem = told(status, body);
      CHECK(problem.code == problem_code::not_our_server);
      CHECK(problem.kind == ProblemKind::network);
    }
    for (const char* type : {"text/html", "text/html; charset=utf-8", "application/jsonp"}) {
      TransportReply page{Delivery::answered, 200, "<html>", -1, {}, type};
      CHECK(client::problem_in(page, "application/json").value().code == problem_code::not_our_server);
    }
    for (const char* type : {"", "application/json", "Application/JSON ; charset=utf-8"}) {
      TransportReply ours{Delivery::answered, 200, "{}", -1, {}, type};
      CHECK_FALSE(client::problem_in(ours, "application/json"));
    }
  }

  TEST_CASE("a gateway that fails is tried again, and nothing is said of what it took") {
    for (const auto& [status, code] :
         {std::pair(502, problem_code::server_error), std::pair(504, problem_code::server_error),
          std::pair(503, problem_code::server_busy)}) {
      const Problem problem = told(status, "<html>");
      CHECK(problem.code == code);
      CHECK(problem.kind == ProblemKind::network);
      CHECK(problem.en.find("Nothing changed") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace lianxin
