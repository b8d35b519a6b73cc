// A new key for all studios, vouched for by the old one: after a fork, and where lines are lost (PROTOCOL 6.1, 9.2).
// The key is on disk before it is told to the server, so that a lost answer is asked for again with the same key.
#pragma once

#include "client-sdk/session/call.h"

namespace lianxin::client {

// The server has other chains under the present key than this phone: nothing is sent under it any more.
Status note_fork(PhoneCore& phone);

// With the key that is kept for it, which is made where there is none. not_enrolled, purged.
Result<Call> rekey_call(PhoneCore& phone);

// The same lines, in the same order, under the new key; what of them the server has is asked next. bad_reply where
// the answer is of another key, sync_overtaken: then all stays under the old one.
Status take_new_key(PhoneCore& phone, const TransportReply& answer);

}  // namespace lianxin::client
