// What waits for the person who uses a phone. All within a transaction.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

Result<std::vector<InboxItem>> inbox_of(PhoneCore& phone);

// The item of that change is seen, and waits no longer; where a change was lost on the server, those that were lost
// with it as well. Nothing happens where there is none.
void put_away(PhoneCore& phone, const ChangeId& change);

}  // namespace lianxin::client
