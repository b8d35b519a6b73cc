// The one place where SQLite's exceptions become errors.
#pragma once

#include <SQLiteCpp/Exception.h>

#include "schema/result.h"

namespace lianxin {

// busy: locked by another process; conflict: a constraint said no; corrupt: damaged, or no database; unavailable: the
// disk is full or failed, and all else. The message names the act and SQLite's reason, which holds no recorded value.
Error error_of(const SQLite::Exception& exception, const char* act);

// What `f` returns, a Result, or the error that SQLite threw.
template <class F>
auto guard(const char* act, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const SQLite::Exception& exception) {
    return tl::unexpected(error_of(exception, act));
  }
}

}  // namespace lianxin
