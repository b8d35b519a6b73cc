// The one place where SQLite's exceptions become the seam's (server/storage/sql.h).
#pragma once

#include <SQLiteCpp/Exception.h>

#include "server/storage/sql.h"

namespace lianxin::server {

// The message is SQLite's reason, which holds no recorded value.
SqlFailure failure_of(const SQLite::Exception& exception);

// What `f` returns. Throws SqlFailure where SQLiteCpp throws its own.
template <class F>
decltype(auto) translated(F&& f) {
  try {
    return f();
  } catch (const SQLite::Exception& exception) {
    throw failure_of(exception);
  }
}

}  // namespace lianxin::server
