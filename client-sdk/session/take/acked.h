// What a reply says of this phone's own changes: up to which n they are on the server, and its receipt for them.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// Notes what is on the server since the last reply, or is no more.
void take_acked(const Part& part, StudioState& studio, Taken& taken);

// Keeps what the server signed: only of what is ours, and of what this very reply says is there.
Status take_receipt(const Part& part);

}  // namespace lianxin::client
