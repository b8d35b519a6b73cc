// A server and four phones enrolled there, as every life finds them.
#pragma once

#include <string>
#include <vector>

#include "tests/client-sdk/fake_server.h"

namespace lianxin::sim {

struct Member {
  MemberId id;
  std::string role;
  Sensitivity clearance;
};

struct Beginning {
  static constexpr std::int64_t at_ms = 1'790'000'000'000;

  FakeServer server;
  std::vector<Member> members;
  std::vector<std::string> files;  // of their phones

  // One of a few, made when it is first asked for and copied by each life, of which making it would be a fifth. They
  // differ in the phones' keys, and with them in what comes first where two changes are equal.
  static const Beginning& of(std::uint64_t seed);

  explicit Beginning(std::uint64_t number);
};

}  // namespace lianxin::sim
