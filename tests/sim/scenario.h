// A scenario is one fault test in small: from a seed it makes a world, breaks what it is there to break, lets all come to
// rest and asks whether every promise held. The same seed is the same run, to the last byte, on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tests/sim/report.h"

namespace lianxin::sim {

struct Trial {
  std::uint64_t seed = 1;
  // Ends the run's life after so many actions, and settles then; the runner lowers it to find the shortest life that
  // still fails. Scenarios that walk fault points one by one take no notice.
  int actions_max = 1 << 20;
};

struct Scenario {
  std::string_view name;        // on the command line
  std::string_view fault_test;  // F1 … F20 in tests/README.md
  std::string_view what;        // one line for --list
  std::uint64_t seeds_per_commit = 0, seeds_long = 0;  // seeds 1 … n; where each seed is a point, the number of points
  void (*run)(const Trial& trial, Report& report);
};

std::span<const Scenario> scenarios();
const Scenario* scenario_named(std::string_view name);  // nullptr: there is none

}  // namespace lianxin::sim
