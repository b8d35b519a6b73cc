// A duty phone that lies about shows nothing personal. All within a transaction.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// On a duty phone whose current member has a PIN (or had one, and the office took it away): nobody unlocked it,
// switched the member, or began or saved anything for five minutes. By the clock that nobody can set; a phone that was
// started anew since is locked, and so is one whose clock was set back where it has no other.
Result<bool> is_locked(PhoneCore& phone);
Status check_unlocked(PhoneCore& phone);  // member_locked

// Somebody uses it who may: the five minutes begin anew. Where nothing is locked that changes nothing.
void note_used(PhoneCore& phone);
void lock_now(PhoneCore& phone);

}  // namespace lianxin::client
