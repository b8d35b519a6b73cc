// F6: memory, disk and room run out. At one chosen allocation, I/O call or level of the disk something is refused, once
// or until the step has failed; then it is back. Whoever asked gets a clear error and nothing is thrown at an app; what
// was saved is whole; the same process goes on, and the story comes to the same end.
#pragma once

#include "tests/sim/scenario.h"

namespace lianxin::sim {

// Seeds take turns between server and phone and between what runs out, and within that are spread over all points.
void run_resources(const Trial& trial, Report& report);

}  // namespace lianxin::sim
