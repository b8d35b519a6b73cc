// What is to be done next of an exchange with the server, by whoever carries it out.
#pragma once

#include <optional>
#include <variant>

#include "lianxin/problem.h"
#include "lianxin/transport.h"

namespace lianxin::client {

struct Send {  // carry this out, and tell what came of it by heard()
  TransportRequest request;
};
struct Wait {  // so long, and ask again
  std::int64_t ms = 0;
};
struct Done {  // nothing more; none: it went well
  std::optional<Problem> problem;
};
using Step = std::variant<Send, Wait, Done>;

}  // namespace lianxin::client
