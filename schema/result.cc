#include "schema/result.h"

#include <cstdio>
#include <cstdlib>

#include "schema/assert.h"

namespace lianxin {

const char* name_of(Errc code) {
  switch (code) {
    case Errc::not_found: return "not_found";
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::out_of_range: return "out_of_range";
    case Errc::conflict: return "conflict";
    case Errc::not_allowed: return "not_allowed";
    case Errc::busy: return "busy";
    case Errc::corrupt: return "corrupt";
    case Errc::unavailable: return "unavailable";
  }
  return "unknown";
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "lianxin: broken promise: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace lianxin
