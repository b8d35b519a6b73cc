// Codes by which phones enrol: issued, withdrawn and listed by whoever looks after the studio. The same for desks and
// for the command line.
#pragma once

#include "server/people/codes.h"
#include "server/people/enrolment.h"
#include "server/people/keeper.h"

namespace lianxin::server {

// At a desk for a member who takes part in the studio now: whoever holds the code holds what he may see there, so that
// his clearance is not above that of a giver who coordinates (one who only looks after the devices gives it unseen).
// The code itself, which is given back once. not_found, not_allowed, invalid_argument.
Result<std::string> issue_code(const Keeper& keeper, Enrolment& enrolment, const StudioPlace& place,
                               const MemberId& member, bool shared, std::int64_t days);

// By the name that lists give it. conflict: a phone has used it.
Result<IssuedCode> withdraw_code(const Keeper& keeper, Codes& codes, std::string_view name, const std::string& reason);

// Those that are still open, in the order in which they were issued, behind `after` (a name).
Result<KeptPage<IssuedCode, std::string>> codes_kept(const Keeper& keeper, Codes& codes,
                                                     std::optional<std::string> after, std::size_t rows_max);

}  // namespace lianxin::server
