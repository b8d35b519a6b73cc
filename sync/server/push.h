// Push: decides the fate of a batch of lines, in order, in one transaction (PROTOCOL 4). What chains is accepted,
// whatever it holds; each change is applied or held; nothing a phone sends is refused or skipped.
#pragma once

#include "sync/log/store.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"

namespace lianxin {

struct Pushed {
  N acked_n = 0;
  Hash h{};
  std::size_t applied = 0, held = 0, already_there = 0;
};

// Runs in one write transaction. Failures, with which nothing of the push is taken: invalid_argument (with
// codes::bad_signature as its message: its device did not sign it), out_of_range (more than one push may hold, by the
// limit's name), not_found (a line named by its id is not here), corrupt (a row cannot be read), and the store's. A
// gap, a first_n below 1, or a chain that is not the server's, takes nothing and answers with what the server has.
Result<Pushed> push(Store& store, const StudioId& studio, const Rules& rules, const Pusher& pusher, const Push& push);

}  // namespace lianxin
