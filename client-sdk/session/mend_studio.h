// What a phone does about a studio whose rows are not as they came, or do not sum to the server's digest (PROTOCOL 5.6),
// one step each time they are looked at:
//
//    differs -> tell the server, which mends its own rows -> still differs -> pull from zero -> … and once more
//            -> flag the studio, and compare record by record
//
// Only the last step asks for a person. Each step changes `studio`, which the caller saves.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

void agrees(PhoneCore& phone, StudioState& studio);

// True: nothing more is to be done about it now. The studio is caught up but for what differs.
bool differs(PhoneCore& phone, StudioState& studio, const StudioRequest& asked, const StudioReply& part,
             std::int64_t server_ms);

// A pull from zero is the only help. False: it has not helped, or the day's are used up, and the studio is flagged.
bool mend_by_pull(PhoneCore& phone, StudioState& studio, std::int64_t server_ms);

}  // namespace lianxin::client
