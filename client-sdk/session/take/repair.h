// What a phone does about a studio whose rows are not as they came, or do not sum to the server's digest
// (PROTOCOL 5.6), one step each time they are looked at: the stages of Repair. Each function changes `studio`, which
// the caller saves.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

void rows_agree(PhoneCore& phone, StudioState& studio);

// True: nothing more is to be done about it now. The studio is caught up but for what differs.
bool rows_differ(const Part& part, StudioState& studio);

// A pull from zero is the only help; where none is left today, the studio is flagged instead.
void pull_again(PhoneCore& phone, StudioState& studio, std::int64_t server_ms);

}  // namespace lianxin::client
