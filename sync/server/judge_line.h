// The fate of one line before it is logged: by whose roles it counts, its clock, and whether it is applied or held. It
// is judged by what stands in `replica`, which loads what is asked of it and is not changed.
#pragma once

#include "schema/validate.h"
#include "sync/log/replica.h"
#include "sync/server/origin.h"
#include "sync/server/record_sizes.h"
#include "sync/server/rules.h"

namespace lianxin {

struct JudgedLine {
  Hlc clock;  // effective
  std::vector<std::string>
      roles;  // of its member at `clock`, and what a release stands for beside: a replay reads them
  std::optional<Refusal> refusal;  // none: it is applied
};

// What a line is judged by. `owner_of` knows what belongs to whom with all that this transaction has taken.
struct Judging {
  const StudioId& studio;
  const Rules& rules;
  Replica& replica;
  RecordSizes& sizes;
  OwnerOf owner_of;
};

// `change` is not in the log, and `previous` is the clock of the line before it in its chain.
JudgedLine judge_line(const Judging& by, const Origin& origin, const Change& change, Hlc previous);

// Whether a change is held, nobody has decided about it, and it could be applied now. Both its own record and the one
// it is held in are in the replica.
bool can_be_released(const Judging& by, const Replica::Known& held);

}  // namespace lianxin
