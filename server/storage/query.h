// A named statement: the name is what logs and metrics show. Parameters are $1, $2 … and are bound by name, so that one
// text serves every engine. Queries are constants: a connection knows one by the address of its text.
#pragma once

namespace lianxin::server {

struct Query {
  const char* name;
  const char* sql;
};

}  // namespace lianxin::server
