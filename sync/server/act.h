// Changes that a coordinator makes at the desk: they pass the same judgement as every other, all or none.
#pragma once

#include "sync/log/store.h"
#include "sync/server/draft.h"
#include "sync/server/rules.h"

namespace lianxin {

// `device` acts (its member is the author) and signs. Returns the log's head after them. not_allowed, with the
// refusal's code as message, when one would be held: at a desk that is said at once, and nothing is kept.
Result<Seq> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                std::span<const Draft> drafts);

}  // namespace lianxin
