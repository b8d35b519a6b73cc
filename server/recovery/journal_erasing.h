// What was erased leaves the journal as well, which keeps the lines of desks and of the server (own_lines.h).
#pragma once

#include "server/recovery/recovery_parts.h"

namespace lianxin::server {

// Looks through what the journal gained since the last time; where erasures came, what they name is taken out of all of
// it. Idempotent; a call that was cut short is made good by the next. unavailable: the disk.
Status leave_erased_out(const RecoveryParts& parts);

}  // namespace lianxin::server
