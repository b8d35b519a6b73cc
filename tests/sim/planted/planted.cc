#include "tests/sim/planted/planted.h"

#include <cstdlib>

namespace lianxin::planted {
namespace {

std::string_view named() {
  const char* bug = std::getenv("LIANXIN_PLANT");
  return bug ? bug : "";
}

}  // namespace

bool is_on(std::string_view bug) {
  static const std::string_view on = named();
  return bug == on;
}

}  // namespace lianxin::planted
