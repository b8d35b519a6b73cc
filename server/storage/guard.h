// The one place where what a database throws becomes an error.
#pragma once

#include <new>

#include "server/storage/sql.h"

namespace lianxin::server {

// What `f` returns, a Result, or the failure that it threw, whose message names the act. Where there is no memory:
// unavailable, in a message short enough to need none itself.
template <class F>
auto guard(const char* act, F&& f) -> decltype(f()) {
  try {
    try {
      return f();
    } catch (const SqlFailure& failure) {
      return tl::unexpected(Error{failure.code(), std::string(act) + ": " + failure.what()});
    }
  } catch (const std::bad_alloc&) {
    return tl::unexpected(Error{Errc::unavailable, "no memory"});
  }
}

}  // namespace lianxin::server
