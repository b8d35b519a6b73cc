// Forms as they are opened: what was on the screen, and where the record belongs. Within a transaction; not saved yet.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// Over a record as it is now. studio_unknown.
Result<OpenForm> form_over(PhoneCore& phone, const RecordState& state);

// For a new record. `studio` and `id` as in Phone::begin_new. kinds_missing, kind_unknown, studio_unknown,
// studio_unclear, record_id_wrong, record_exists.
Result<OpenForm> form_for_new(PhoneCore& phone, std::string_view kind, std::string_view studio, std::string_view id);

}  // namespace lianxin::client
