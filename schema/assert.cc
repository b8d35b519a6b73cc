#include "schema/assert.h"

#include <cstdio>
#include <cstdlib>

namespace lianxin {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "lianxin: broken promise: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace lianxin
