// A studio or a member goes from one org unit to another: by a coordinator of both, or by whoever has the server's
// command line (PROTOCOL 4.8).
#pragma once

#include "server/people/places.h"
#include "sync/server/move.h"

namespace lianxin::server {

struct Move {
  std::string kind;  // studio or member
  RecordId record;
  std::string to;  // the org unit's code
  std::string reason;
  std::string who;  // the login of whoever asks; "command line" at the server's machine
};

struct Moved {
  MovedRecord act;
  std::string from;  // the org unit that it belonged to
};

// not_found where there is no such org unit, or the record belongs to none; conflict where it is there already. By the
// actor's rights in the reference data of both; `rules` are of any place. Every move goes through here, and is
// heard of as an act (people_act.h), done or refused.
Result<Moved> move_record(Store& store, const Places& places, const Rules& rules, const SelfDevice& actor,
                          const Move& asked);

}  // namespace lianxin::server
