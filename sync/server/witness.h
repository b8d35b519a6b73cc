// After a restore: what phones held of others' work, until its authors bring their own lines (PROTOCOL 6.2).
#pragma once

#include "sync/log/store.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"

namespace lianxin {

// Heads that a phone held of a history this log does not have: each is logged as witnessed by the server's device. Only
// where `lost`, the cursor they were pulled with, shows that this log was set back: without this server's mark on it
// not_allowed, and nothing is taken; nothing either where this log has its place. A phone is believed no further than
// it may see, and no head beyond what its author could have written: others are passed over. What the asker could not
// have written himself, or only in a lower name, is held (witnessed_unproved) until it is confirmed. A number that was
// given is not given again. `asker`: who offers. Returns how many were new.
Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules, const Access& asker,
                                   const std::optional<Cursor>& lost, std::span<const OfferedHead> heads);

}  // namespace lianxin
