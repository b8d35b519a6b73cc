// The four who use the phones of a simulated studio.
#pragma once

#include "schema/kind.h"

namespace lianxin {

struct Person {
  const char* role;
  Sensitivity clearance;
};
// The first two see the same, so that their rows can be compared byte by byte.
inline constexpr Person people[] = {{"convener", Sensitivity::internal},
                                    {"convener", Sensitivity::internal},
                                    {"township_liaison", Sensitivity::personal},
                                    {"clinic_doctor", Sensitivity::health}};

}  // namespace lianxin
