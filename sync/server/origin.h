// Who brings a line to the log.
#pragma once

#include "sync/model/clock.h"
#include "sync/model/self_device.h"

namespace lianxin {

// A device that pushes.
struct Pusher {
  DeviceId device;
  PublicKey key{};
  MemberId member;               // it was enrolled for
  bool shared = false;           // a duty phone: any member with a grant in the studio may act on it
  bool revoked = false;          // everything it sends is held
  ClockReading clocks;           // at the moment of sending
  bool awaits_grant = false;     // known by its certificate alone: what no grant covers waits for that grant (6.3)
  std::int64_t enrolled_ms = 0;  // what it claims is not older than this by more than offline_ms_max
};

// A line that a device of the server's own made, a desk's or the server's where it acts alone, and that stood in the
// log of a database that is no more (6.3).
struct LostLine {
  SelfDevice device;  // whose chain takes it again, and who signs
  std::string line;
  Hlc clock;           // effective, as it was given then
  bool began = false;  // it needs nothing of its record: it was its first, or decides of a held change that is here;
                       // every other waits until something of its record is here
};

// `pusher` is nullptr at a desk and for the server itself: their clocks are the server's. `again`: it stood in a log
// before, and is judged and stamped as take_again() says. `unproved`: a head that is given back, and so is held
// (offered_head.h).
struct Origin {
  DeviceId device;
  const Pusher* pusher = nullptr;
  const LostLine* again = nullptr;
  bool unproved = false;
  bool is_left = false;  // the server took out of the line that came what was erased (logged_line.h)
};

}  // namespace lianxin
