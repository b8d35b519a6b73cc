// Whether a record has room for one change more (limits.h): else one phone's record without end would be read, judged,
// hashed and written whole with every further line, while all others wait. Asked on the phone before it saves and on
// the server before it logs.
#pragma once

#include <functional>

#include "schema/validate.h"
#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

// At most how many bytes longer the row becomes by the change, applied or held beside it: what it replaces is not taken
// off. What held changes name that it looks through is not in it.
std::size_t growth_of(const Row& row, const Change& change);

// Whether the row may become that much longer and still be within `bytes_max`.
using HasRoom = std::function<bool(std::size_t growth, std::size_t bytes_max)>;

// nullopt: there is room. Else record_full, with the address that is full, where it is one. `access`: the author's.
// What the server's own device decides and numbers is always let in; who decides held changes has a reserve beside.
std::optional<Refusal> judge_room(const Row& row, const Change& change, const Access& access, const HasRoom& has_room);

// Whether the change, when it is held, is held beside its record: past these bounds it is held by itself (4.3).
bool room_to_hold(const Row& row, const Change& change, const HasRoom& has_room);

}  // namespace lianxin
