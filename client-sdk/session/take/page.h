// What a page does to the rows, and to the way in which they are pulled (PROTOCOL 5.5).
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// corrupt: a row of it cannot be read; then nothing of the part is taken.
Status take_page(const Part& part, StudioState& studio, Taken& taken);

}  // namespace lianxin::client
