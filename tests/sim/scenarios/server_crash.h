// F4: the server dies at every write and sync call of its story, in each power mode (fault_files.h). When the power is
// back: the database opens and is whole; it is that of the moment before or after the step that was interrupted, so
// every acknowledged push is there once and an unacknowledged one is whole or absent; and the story goes on to the same
// end.
#pragma once

#include "tests/sim/scenario.h"

namespace lianxin::sim {

// Seed 1 … n walk the n points once, spread over the story; later ones walk them again with other remnants on the disk.
std::uint64_t server_crash_points();
void run_server_crash(const Trial& trial, Report& report);

}  // namespace lianxin::sim
