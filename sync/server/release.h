// Held changes that the server releases by itself, once the reason they were held for is gone (PROTOCOL 4.4).
#pragma once

#include "sync/log/store.h"
#include "sync/server/rules.h"

namespace lianxin {

// Of these held changes, those held because their kinds were not known yet are released if they now are. Returns how
// many. Fails as the store does; what was released before that stays released.
Result<std::size_t> release_known_kinds(Store& store, const StudioId& studio, const Rules& rules,
                                        std::span<const ChangeId> held);

// Of these held changes, those that waited for their author's grant (`awaits_grant`, 6.3) are released where one covers
// them now. Otherwise as above.
Result<std::size_t> release_granted(Store& store, const StudioId& studio, const Rules& rules,
                                    std::span<const ChangeId> held);

// …that waited for their studio's approval.
Result<std::size_t> release_approved(Store& store, const StudioId& studio, const Rules& rules,
                                     std::span<const ChangeId> held);

}  // namespace lianxin
