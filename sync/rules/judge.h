// Can this change be applied to this record? Asked on the phone before it saves, and on the server before it logs, of
// the same kinds: so nothing is held later that could have been said at once.
#pragma once

#include "schema/validate.h"
#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

// nullopt: it can. A refused change is held whole: none of its writes has effect. `row` is the record as it stands
// (kind empty: it is new). `authority_waived`: a coordinator releases it, so who wrote it no longer matters; `access`
// then holds the roles of both.
std::optional<Refusal> judge(const Catalog& catalog, const Row& row, const Change& change, const Access& access,
                             bool authority_waived = false);

}  // namespace lianxin
