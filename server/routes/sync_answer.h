// The answer to one sync (sync/server/answer.h) over what this server has: its store, its people, its mender.
#pragma once

#include "server/routes/routes.h"
#include "sync/wire/messages.h"

namespace lianxin::server {

// invalid_argument where the request is none that can be answered. Otherwise, once the moment is known, it never fails
// as a whole: a studio that could not be served says so in its `problem`. `counted` is what the request was counted as,
// and under which device; `entry` is told which records it gives.
struct CountedSync {
  DeviceId line;
  DeviceLimits::Asked asked;
};
Result<SyncReply> answer_sync(const SyncParts& parts, const Device& device, const SyncRequest& request,
                              const CountedSync& counted, Entry& entry);

}  // namespace lianxin::server
