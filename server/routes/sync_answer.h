// The answer to one sync of one device (PROTOCOL 4, 5): push, then a page, studio by studio, each for itself. Knows
// nothing of HTTP.
#pragma once

#include "server/routes/routes.h"
#include "sync/wire/wire.h"

namespace lianxin::server {

// A device that was cut off may still hand over what was recorded on it, all held; past this it is somebody filling
// the disk.
inline constexpr std::int64_t lines_after_revocation_max = 20'000;

// One request may name a studio once: a second part would be judged by what the first has just changed.
bool names_a_studio_twice(const SyncRequest& request);

// Never fails as a whole once the moment is known: a studio that could not be served says so in its `problem`.
Result<SyncReply> answer_sync(const SyncParts& parts, const Device& device, const SyncRequest& request);

}  // namespace lianxin::server
