// The kinds of record that the server has, which forms are built from.
#pragma once

#include "client-sdk/session/call.h"

namespace lianxin::client {

Result<Call> kinds_call(PhoneCore& phone);
Status take_kinds(PhoneCore& phone, const TransportReply& answer);  // server_kinds_bad: those that are here stay

}  // namespace lianxin::client
