// What becomes of an offer once the server has taken it (PROTOCOL 6.3).
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// The server has what was offered; when nothing is left to offer the rows come anew from zero, and may go then.
void take_offered(const Part& part, StudioState& studio);

}  // namespace lianxin::client
