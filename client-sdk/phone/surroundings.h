// What stands around a record that is about to be saved, as far as it is on this phone.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "schema/checks.h"

namespace lianxin::client {

// Within a transaction, and no longer than it.
Surroundings surroundings_of(PhoneCore& phone, const Catalog& catalog, const StudioId& studio, const RecordId& record);

}  // namespace lianxin::client
