// What a reader sees of a studio, as of one snapshot.
#pragma once

#include "sync/log/store.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"

namespace lianxin {

struct StudioSight {
  Reach reach;
  std::optional<Sensitivity> level;  // as level_of()
  Bytes<4> hash{};                   // for a cursor (PROTOCOL 5.2)
};
Result<StudioSight> sight_of(ReadTxn& snapshot, const Catalog& catalog, const Access& access, std::int64_t now_ms);

// Reads every row of the studio where the reader's sight may hang on other records; none where it does not.
Result<Reach> reach_of(ReadTxn& snapshot, const Catalog& catalog, const Access& access, std::int64_t now_ms);

}  // namespace lianxin
