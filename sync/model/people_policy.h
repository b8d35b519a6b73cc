// Who may let people in, and as what. The roles themselves are policy.cc's, as all that asks for them is.
#pragma once

#include "sync/model/policy.h"

namespace lianxin {

// Who takes part in a studio, and from when until when: its coordinator says so, of all but himself. Who may sign in at
// all is another's to say, who in turn gives nobody a part in anything.
bool may_keep_grants(const Access& access);
bool may_keep_accounts(const Access& access);
bool may_audit(const Access& access);  // reads who did what there, and nothing of what was recorded

}  // namespace lianxin
