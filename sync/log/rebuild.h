// The rows of a studio made anew from its log.
#pragma once

#include "sync/log/store.h"

namespace lianxin {

// Replays the studio's log into rows and digests, with the stored outcomes and clocks; beside all other work, but for
// what is logged meanwhile and for putting the rows in place. `only_if_other`: they are not put in place where the same
// are there. Returns the head with its new digests. corrupt, and nothing is changed, where the log ends before its
// head.
Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog, bool only_if_other = false);

}  // namespace lianxin
