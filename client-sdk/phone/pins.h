// PINs of the members who share a duty phone. They keep colleagues from writing under each other's names; they do not
// guard the file, which has a PIN of its own (Phone::change_store_pin). All within a transaction.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

bool has_pin(PhoneCore& phone, const MemberId& member);
Status store_pin(PhoneCore& phone, const MemberId& member, std::string_view pin);  // pin_too_short

// Milliseconds of the best clock there is for how long ago something was.
std::int64_t lock_clock(const ClockReading& now);

// True: it is right. Five wrong ones in a row, and none is looked at for a minute (pin_locked), counted by the clock
// that nobody can set; on a phone that has none, by the wall clock. A wrong one is counted on disk before it is told.
Result<bool> check_pin(PhoneCore& phone, const MemberId& member, std::string_view pin);

}  // namespace lianxin::client
