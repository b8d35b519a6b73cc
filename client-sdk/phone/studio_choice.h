// The studios of a phone by their names, and which of them a new record belongs to. All within a transaction.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// One that cannot be read has no name and no holders; all else of the studio is shown.
GrantedStudio grant_shown(PhoneCore& phone, const StudioId& studio);

// By id or code. studio_unknown.
Result<StudioId> studio_named(PhoneCore& phone, std::string_view wanted);

// The one that is granted and `wanted`, by id or code; empty: that of the enrolment, or else the only one, where
// `member` may begin such a record. studio_unknown, studio_unclear, kind_not_yours.
Result<StudioState> studio_for(PhoneCore& phone, const Kind& kind, const MemberId& member, std::string_view wanted);

}  // namespace lianxin::client
