// Who takes part where, and until when: given, ended and listed by whoever coordinates there. The same for desks and
// for the command line.
#pragma once

#include "server/people/grants.h"
#include "server/people/keeper.h"

namespace lianxin::server {

// At a desk a grant is given to others only, of a role that coordinates or works and watches over nobody
// (may_be_given), with no clearance above the giver's own there. not_found, not_allowed, invalid_argument.
Result<Grants::Given> give_grant(const Keeper& keeper, Grants& grants, const Grant& grant);

// From `at_ms` on, or from now where that is 0; the phones of its member hear of it at their next sync, hand over what
// they have not sent yet and forget what they may not see any more (PROTOCOL 5.8). At a desk one's own grant is ended
// by somebody else, and one that watches over the asker by whoever gave it. `reason` is for the record.
Result<KeptGrant> end_grant(const Keeper& keeper, Grants& grants, std::int64_t id, std::int64_t at_ms,
                            const std::string& reason);

// What is held in `place` or anywhere below it, and what reaches it from above; by id, behind `after`. `ended`: also
// what is over.
Result<KeptPage<KeptGrant, std::int64_t>> grants_at(const Keeper& keeper, Grants& grants, const StudioPlace& place,
                                                    bool ended, std::optional<std::int64_t> after,
                                                    std::size_t rows_max);

}  // namespace lianxin::server
