// F5: the phone dies at every write and sync call of its story, in each power mode (fault_files.h): while it enrols, in
// its first sync, while a form is kept and saved, in a fork, while a lost studio is handed over, while it is emptied.
// When it is switched on again: what commit() and keep() promised is there, a save that was interrupted is whole or
// absent, the cursor implies the rows, the view is row and own work; and the story goes on to its end.
#pragma once

#include "tests/sim/scenario.h"

namespace lianxin::sim {

// Seed 1 … n walk the n points once, spread over the story; later ones walk them again with other remnants on the disk.
std::uint64_t phone_crash_points();
void run_phone_crash(const Trial& trial, Report& report);

}  // namespace lianxin::sim
