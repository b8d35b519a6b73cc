// A record of reference data goes from one org unit to another, and what is named by it with it: an act of those above
// both. What stood where it was stays there, without effect.
#pragma once

#include "schema/validate.h"
#include "sync/log/store.h"
#include "sync/server/rules.h"

namespace lianxin {

// In one transaction on the reference data that `rules.place` is of: the record's names are that org unit's, and what
// `row`, the record as it stood until now, shows is written there as the actor's change. `refused`: nothing was done.
struct MovedRecord {
  Seq seq = 0;
  std::optional<Refusal> refused;
};
Result<MovedRecord> move_here(Store& store, const Rules& rules, const SelfDevice& actor, const Row& row,
                              const std::string& reason);

}  // namespace lianxin
