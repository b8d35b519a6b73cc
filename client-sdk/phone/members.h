// Who uses a phone, and who may. All within a transaction.
#pragma once

#include <set>

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// The member it was enrolled for; on a shared phone, all who hold something in one of its studios.
Result<std::vector<MemberInfo>> members_of(PhoneCore& phone);

// On a shared phone, the studios of which whoever uses it now may not see what is `internal`; none on another.
Result<std::set<StudioId>> closed_to_current(PhoneCore& phone);

// `member` by id or name. member_unknown, pin_not_yours, pin_too_short, member_locked.
Status set_pin(PhoneCore& phone, std::string_view member, std::string_view pin);

// False: the PIN is wrong, and that was counted. member_unknown, not_shared, pin_missing, pin_locked.
Result<bool> switch_to(PhoneCore& phone, std::string_view member, std::string_view pin);

// The same for whoever uses it already. not_shared, pin_missing, pin_locked.
Result<bool> unlock_with(PhoneCore& phone, std::string_view pin);
Status lock_shared(PhoneCore& phone);  // not_shared

}  // namespace lianxin::client
