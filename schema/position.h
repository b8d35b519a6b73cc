// Positions as instruments give them: a phone or a map says seven to fifteen places, or an exponent. Six places are a
// tenth of a metre, and all that is stored.
#pragma once

#include "schema/value.h"

namespace lianxin {

// With `lat` and `lon` rounded to six places. What is no position, or no number, comes back as it was given.
Value rounded_position(Value position);

}  // namespace lianxin
