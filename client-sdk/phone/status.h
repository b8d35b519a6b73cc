// How a phone stands: what is here, what is on the server, what waits. All within a transaction.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

Result<StatusView> status_of(PhoneCore& phone);                 // also of one that is not enrolled
Result<std::vector<WaitingItem>> waiting_of(PhoneCore& phone);  // by studio, oldest first

}  // namespace lianxin::client
