// How far a head is believed that a phone gives back from a history that the server lost (PROTOCOL 6.2).
#pragma once

#include "sync/server/rules.h"
#include "sync/wire/messages.h"

namespace lianxin {

struct BelievedHead {
  Head head;
  // Nobody but this phone says so, and its member could not have written it: it is held until its author's own line
  // comes, a phone of another member has it too, or a coordinator lets it in.
  bool unproved = false;
};

// The head as far as it can be believed; nothing where it is none of the kinds', or above what `asker`, who offers it,
// may see.
std::optional<BelievedHead> believable(const Rules& rules, const Access& asker, const OfferedHead& offered);

}  // namespace lianxin
