// The fate of one line before it is logged: by whose roles it counts, its clock, and whether it is applied or held. It
// is judged by what stands in `replica`, which loads what is asked of it and is not changed.
#pragma once

#include "schema/validate.h"
#include "sync/log/replica.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"

namespace lianxin {

struct JudgedLine {
  Hlc clock;  // effective
  std::vector<std::string>
      roles;  // of its member at `clock`, and what a release stands for beside: a replay reads them
  std::optional<Refusal> refusal;  // none: it is applied
};

// `change` is not in the log, and `previous` is the clock of the line before it in its chain. `owner_of` knows what
// belongs to whom with all that this transaction has taken.
JudgedLine judge_line(const StudioId& studio, const Rules& rules, Replica& replica, const Origin& origin,
                      const Change& change, Hlc previous, const OwnerOf& owner_of);

// A held change of the record that waited for its base, or for the record, and that nothing keeps out any more.
std::optional<ChangeId> can_be_released(const Rules& rules, Replica& replica, const RecordId& record,
                                        const OwnerOf& owner_of);

}  // namespace lianxin
