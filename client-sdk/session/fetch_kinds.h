// The kinds of record that the server has, which forms are built from.
#pragma once

#include "client-sdk/session/call.h"

namespace lianxin::client {

Result<Call> kinds_call(PhoneCore& phone);  // not_enrolled, purged

// From here on they are the phone's, and its lists are made anew by them. server_kinds_bad, sync_overtaken, or the
// file's own: then those that are here stay.
Status take_kinds(PhoneCore& phone, const TransportReply& answer);

}  // namespace lianxin::client
