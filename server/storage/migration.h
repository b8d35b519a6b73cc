// A numbered step from one shape of the database to the next. Never edited once merged.
#pragma once

#include <cstdint>

namespace lianxin::server {

struct Migration {
  std::int64_t number;  // 1, 2, 3 … within its module, without a gap
  const char* sql;      // one or more statements
};

}  // namespace lianxin::server
