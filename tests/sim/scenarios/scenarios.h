// The run functions that scenario.cc lists.
#pragma once

#include "tests/sim/scenario.h"

namespace lianxin::sim {

void run_edits(const Trial& trial, Report& report);
void run_network(const Trial& trial, Report& report);
void run_deletes(const Trial& trial, Report& report);
void run_forms(const Trial& trial, Report& report);
void run_replies(const Trial& trial, Report& report);
void run_clocks(const Trial& trial, Report& report);
void run_restores(const Trial& trial, Report& report);
void run_clones(const Trial& trial, Report& report);
void run_poison(const Trial& trial, Report& report);
void run_hostile(const Trial& trial, Report& report);
void run_hostile_desk(const Trial& trial, Report& report);
void run_hostile_county(const Trial& trial, Report& report);
void run_held(const Trial& trial, Report& report);
void run_access(const Trial& trial, Report& report);
void run_damage(const Trial& trial, Report& report);
void run_versions(const Trial& trial, Report& report);
void run_soak(const Trial& trial, Report& report);

}  // namespace lianxin::sim
