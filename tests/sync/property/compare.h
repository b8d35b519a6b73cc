// One row against what the oracle expects of it: heads, what is shown, conflicts, deletion (design 8: 8, 9, 13).
#pragma once

#include "sync/model/policy.h"
#include "sync/model/row.h"
#include "tests/sync/property/findings.h"
#include "tests/sync/property/oracle.h"

namespace lianxin {

// `view`: what is in force for whoever looks. `reader` is set for a phone's view: of what is above his clearance it
// shows only his own. Kinds are those of test_kinds.h.
void compare(Findings& findings, const oracle::Oracle& oracle, const std::string& who, const Catalog& catalog,
             const Row& row, const oracle::View& view, const Access* reader);

}  // namespace lianxin
