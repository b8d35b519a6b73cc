// May this change of one org unit's reference data be believed? Not about what belongs to another (belonging.h), nor
// about the org unit's own place among the others, which those above it say. Asked where lines are judged, and of no
// phone: only the server knows what is whose.
#pragma once

#include "schema/validate.h"
#include "sync/model/belonging.h"
#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

// What it is judged by, of one moment.
struct BelongingRules {
  const StudioPlace& place;
  std::span<const Grant> grants;
  const OrgUnits* orgs;  // nullptr: no more is known than `place` says
  OwnerOf owner_of;
};

// By whose authority the change stands.
struct Speaker {
  MemberId member;
  std::int64_t at_ms = 0;
  bool is_server = false;
  bool on_shared = false;  // a duty phone: what is held by org unit does not act there
  bool releases = false;   // a person lets a held change in: over what is another's too, where he coordinates both
};

// belongs_elsewhere, or nothing.
std::optional<Refusal> judge_belonging(const BelongingRules& rules, const Row& row, const Change& change,
                                       const Speaker& speaker);

// Whether the member coordinates that org unit and all below it: by a grant of its own or of one above it.
bool coordinates(const BelongingRules& rules, const Speaker& speaker, const std::string& org_code);

}  // namespace lianxin
