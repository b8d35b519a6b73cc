// What to send next: one request that holds all studios, within the limits of PROTOCOL 7.
#pragma once

#include "client-sdk/phone_core.h"
#include "sync/wire.h"

namespace lianxin {

struct BuiltRequest {
  SyncRequest request;
  std::int64_t waiting = 0;  // own changes not known to be on the server when it was built
};

// In one snapshot of the store. The lines are the bytes that were saved; only the envelope is made anew each time, for
// its clock readings must be those of the sending, or the server would age every change by the wait between two tries.
Result<BuiltRequest> build_request(PhoneCore& phone);

}  // namespace lianxin
