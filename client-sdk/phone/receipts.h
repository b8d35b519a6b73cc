// What the server signed of this phone's work, as it is shown.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// By studio, the newest first; studios that were taken away are among them. Within a transaction.
Result<std::vector<ReceiptView>> receipts_of(PhoneCore& phone);

}  // namespace lianxin::client
