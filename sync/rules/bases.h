// Which heads a write names as its bases: those whose value was on the screen (PROTOCOL 3.11). Phones, desks and
// imports make their writes here. `shown` is the row as the screen showed it, of `kind`; it may be empty.
#pragma once

#include "sync/model/row.h"

namespace lianxin {

// An ordinary edit. It moves on from what was shown, and ends no conflict but as 3.7 lets a step do. `value`: what is
// put, counted or appended, or the state stepped to; null for add and remove.
Write edit_of(const Catalog& catalog, std::string_view kind, const Row& shown, Address at, Op op, Value value);

// The same by somebody who saw all that stands side by side and settles it: of a register and a ladder every head is
// named.
Write resolution_of(const Catalog& catalog, std::string_view kind, const Row& shown, Address at, Op op, Value value);

}  // namespace lianxin
