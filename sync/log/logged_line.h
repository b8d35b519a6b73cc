// What a logged line says, and by which hash it stands in the log and in its device's chain.
#pragma once

#include <optional>

#include "sync/log/store.h"
#include "sync/model/erasure.h"

namespace lianxin {

// The change in a logged line; none where it cannot be read, or carries another's id.
std::optional<Change> change_in(const Logged& logged);

// SHA-256 of the bytes that were logged, also where something of them was erased since.
Hash line_hash(const Logged& logged);

// The line without what the erasures name: each such write says no more than that it was one, and of which field
// (Op::erased); a reason goes with them. Nothing where the line holds nothing of it. A head that was given back after a
// restore goes by the change that it is of.
std::optional<Logged> left_of(const Logged& logged, const Erasures& erasures);

}  // namespace lianxin
