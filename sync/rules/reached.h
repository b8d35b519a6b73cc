// How a record came to where it stands in a workflow: what a step back leads to, and since when its present state
// lasts.
#pragma once

#include "sync/model/row.h"

namespace lianxin {

// The state from which a ladder's present one was reached, and when (effective clock, in ms; the record's beginning
// where no step was taken). Joining and parting leave nothing of themselves in it: a record that was parted came to its
// state as it did before it was joined. Of one that stands where joined ones do (Ladder::joined), `from` is where
// parting leads: where it stood before, or the highest state that a step led to which came meanwhile.
struct Reached {
  std::string from;
  std::int64_t at_ms = 0;
};
Reached how_reached(const Catalog& catalog, const Row& row, std::string_view ladder_field);

}  // namespace lianxin
