// F1, F2 and their kin: people at work, over a network that is good or bad.
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

void live_through(const Trial& trial, const LifeOptions& options, Report& report) {
  Life life(trial, options, report);
  life.live();
  life.settle();
  life.check();
}

}  // namespace

void run_edits(const Trial& trial, Report& report) { live_through(trial, {}, report); }

void run_network(const Trial& trial, Report& report) {
  LifeOptions options;
  options.faults = NetworkFaults::bad();
  options.side_by_side = true;
  options.cursors_only_grow = true;
  live_through(trial, options, report);
}

// Phones that are away for a day to a year, and a favourite field: the record itself.
void run_deletes(const Trial& trial, Report& report) {
  LifeOptions options;
  options.favourite = "_deleted";
  options.step_ms_max = trial.seed % 3 == 0 ? 31'557'600'000 / 10 : 86'400'000;
  options.sync_percent = 15;
  live_through(trial, options, report);
}

// A pull at every instant between the opening of a form and its saving.
void run_forms(const Trial& trial, Report& report) {
  LifeOptions options;
  options.edit_percent = 45;
  options.sync_percent = 45;
  options.side_by_side = true;
  options.cursors_only_grow = true;
  live_through(trial, options, report);
}

}  // namespace lianxin::sim
