// What to send next: one request that holds as many studios as one may, within the limits of PROTOCOL 7 and in the room
// that it is given.
#pragma once

#include <set>

#include "client-sdk/core/phone_core.h"
#include "sync/model/limits.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

// Bytes of lines, or of offers; of ids that are asked about so many as fit in it.
inline constexpr std::size_t request_room_max = limits::push_bytes_max;

struct BuiltRequest {
  SyncRequest request;
  Identity who;                      // that signed it
  std::optional<StudioId> offering;  // the studio whose heads are offered in it
  std::int64_t waiting = 0;          // own changes not known to be on the server when it was built, in all studios
  std::size_t items = 0, bytes = 0;  // lines, offers and ids in it; of the room that they take
};

// The studios by what was last heard of them in this sync.
struct SoFar {
  std::set<StudioId> settled;      // nothing waits there and it is caught up
  std::set<StudioId> refused;      // its part met a problem, once at least
  std::set<StudioId> handed_over;  // the server has all of ours
};

// Whether anything is to be asked of that studio's server side: one that was taken away is asked about until all of it
// is handed over, and the server has said so; and while rows of it are here, which the server may not know any more.
bool is_asked_about(Database& db, const StudioState& studio);

// In one snapshot of the store. Those studios come first that are not settled yet, of these those that met no problem,
// and of these those with changes to hand over; past what a request may name they wait for the next. The lines are the
// bytes that were saved; only the envelope is made anew each time, for its clock readings must be those of the sending,
// or the server would age every change by the wait between two tries.
// However little the room is, one of each fits.
Result<BuiltRequest> build_request(PhoneCore& phone, const SoFar& so_far, std::size_t room);

}  // namespace lianxin::client
