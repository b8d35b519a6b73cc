// The rows of a studio made anew from its log.
#pragma once

#include "sync/log/store.h"

namespace lianxin {

// Replays the studio's log into rows and digests, with the stored outcomes and clocks. Returns the head with its new
// digests. corrupt, and nothing is changed, where the log ends before its head.
Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog);

}  // namespace lianxin
