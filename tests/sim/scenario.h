// A scenario is one fault test in small: from a seed it makes a world, breaks what it is there to break, lets all come
// to rest and asks whether every promise held. The same seed is the same run, to the last byte, on every machine.
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

// As a number of seeds: as many as the story has points at which it is broken, which visits each of them.
inline constexpr std::uint64_t every_point = UINT64_MAX;

struct Scenario {
  std::string_view name;                               // on the command line
  std::string_view fault_test;                         // F1 … F20 in tests/README.md
  std::string_view what;                               // one line for --list
  std::uint64_t seeds_per_commit = 0, seeds_long = 0;  // seeds 1 … n
  void (*run)(const Trial& trial, Report& report);
  std::uint64_t (*points)() = nullptr;  // of a fixed story; each seed visits one

  std::uint64_t seeds(bool long_run) const {
    const std::uint64_t wanted = long_run ? seeds_long : seeds_per_commit;
    return wanted == every_point ? points() : wanted;
  }
};

std::span<const Scenario> scenarios();
const Scenario* scenario_named(std::string_view name);  // nullptr: there is none

}  // namespace lianxin::sim
