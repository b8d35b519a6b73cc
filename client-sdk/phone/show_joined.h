// What a record shows together with those that it is joined with, as far as they are on this phone.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "lianxin/views.h"

namespace lianxin::client {

// Without parts where it is joined with nothing that is here. Within a transaction.
JoinedView joined_around(PhoneCore& core, const Catalog& catalog, const RecordState& state);

}  // namespace lianxin::client
