// The one place where SQLite's exceptions become errors.
#pragma once

#include <SQLiteCpp/Exception.h>

#include <new>

#include "schema/result.h"

namespace lianxin::server {

// busy: locked by another process; conflict: a constraint said no; corrupt: damaged, or no database; unavailable: the
// disk is full or failed, and all else. The message names the act and SQLite's reason, which holds no recorded value.
Error error_of(const SQLite::Exception& exception, const char* act);

// What `f` returns, a Result, or the error that SQLite threw. Where there is no memory: unavailable, in a message short
// enough to need none itself.
template <class F>
auto guard(const char* act, F&& f) -> decltype(f()) {
  try {
    try {
      return f();
    } catch (const SQLite::Exception& exception) {
      return tl::unexpected(error_of(exception, act));
    }
  } catch (const std::bad_alloc&) {
    return tl::unexpected(Error{Errc::unavailable, "no memory"});
  }
}

}  // namespace lianxin::server
