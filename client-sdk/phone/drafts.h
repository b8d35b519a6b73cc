// The open forms as a person sees them.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

Result<std::vector<DraftView>> drafts_of(PhoneCore& phone);  // oldest first

}  // namespace lianxin::client
