// What the server gives a phone now and then with a reply: its next token, a certificate in place of one that ends, and
// where the server will be found (PROTOCOL 9.5, 9.6).
#pragma once

#include <optional>

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"
#include "sync/wire/server_move.h"

namespace lianxin::client {

// Of a reply to what `asked` signed. sync_overtaken, or the file's own: then all stays as it was, and the server gives
// it again.
Status take_renewals(PhoneCore& phone, const DeviceId& asked, const SyncReply& reply);

// Where the server said that it will be, if this phone is not there yet.
std::optional<ServerMove> next_server(PhoneCore& phone);
// The same, where nobody asked there yet; from then on somebody has.
std::optional<ServerMove> untried_server(PhoneCore& phone);

std::string joined_pins(const ServerMove& move);  // as if they had been typed

}  // namespace lianxin::client
