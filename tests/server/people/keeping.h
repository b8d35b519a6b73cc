// The test county with a second one beside it, and somebody at a desk of each: the coordinator and the administrator of
// the one, the convener who has an account, the auditor, and the coordinator and the administrator of the other.
#pragma once

#include "tests/server/test_phone.h"

namespace lianxin::server_test {

using namespace server;

class Keeping {
 public:
  Keeping();

  Response ask(const std::string& who, const std::string& method, const std::string& target, const Value& body = {});
  int status(const std::string& who, const std::string& method, const std::string& target, const Value& body = {}) {
    return ask(who, method, target, body).status;
  }
  Value get(const std::string& who, const std::string& target);  // must be answered with 200
  Value post(const std::string& who, const std::string& target,
             const Value& body = Value::Object{});  // with 200 or 201

  std::string end_of(std::int64_t grant);  // the path by which it is ended
  std::int64_t give(const MemberId& member, const std::string& role, const std::string& place, Sensitivity clearance);
  void sign_in(const std::string& login, const MemberId& member);  // with an account of his own
  void sign_in_again(const std::string& login);                    // as everybody is when first asked for

  TestServer server;
  std::map<std::string, std::string> tokens;  // by login
  std::map<std::string, std::int64_t> signed_in_ms;

  static const std::string password;  // of everybody
  static const MemberId admin, second_admin, auditor, far_coordinator, far_admin, newcomer;
};

// Of each act: who may (his answer is not judged here), and that every other role gets 403, and the other county 404.
void only_for(Keeping& county, const std::vector<std::string>& may, const std::string& method,
              const std::string& target, const Value& body);

}  // namespace lianxin::server_test
