// After a restore: what the server's own devices had recorded, from what was kept of it outside the database (6.3).
#pragma once

#include "sync/log/store.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"

namespace lianxin {

// Takes again those that are not here, in their order and in one transaction: each is judged as if it came now, with
// the clock it had. An official number among them is given to nobody else. `lines`: of one desk and the server at most.
// Returns how many were not here.
Result<std::size_t> take_again(Store& store, const StudioId& studio, const Rules& rules,
                               std::span<const LostLine> lines);

}  // namespace lianxin
