// What a phone keeps of studios that are taken away from it, and when it lets go (PROTOCOL 4.6).
#pragma once

#include <set>

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

// Studios that the reply grants take the place of ours. Those taken away lose their rows once all is handed over. Where
// another sync has begun both give sync_overtaken, and change nothing.
Status take_grants(PhoneCore& phone, const std::vector<GrantedStudio>& grants);
Status drop_handed_over(PhoneCore& phone, const SyncReply& reply);

// Carries out the order to empty this phone, unless something was saved that the server does not have. What it had last
// week it may have lost since: every studio with lines of ours must be among those of which it has just said that it
// has them all (`handed_over`). True: done, and the file holds nothing any more.
Result<bool> purge(PhoneCore& phone, const std::set<StudioId>& handed_over);

}  // namespace lianxin::client
