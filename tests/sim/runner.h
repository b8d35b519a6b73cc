// Runs seeds of scenarios one after another, tells what failed and how to see it again, and can be ended and taken up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/scenario.h"

namespace lianxin::sim {

struct Failure {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string what;     // the first thing that was wrong
  int actions_max = 0;  // the shortest life that still fails; 0: it was not looked for
};

struct Tally {
  std::string scenario, fault_test;
  std::uint64_t runs = 0, violations = 0, wedged = 0;
  double seconds = 0;
  std::map<std::string, std::int64_t> counts;
  std::vector<Failure> failures;  // the first few
};

struct RunOptions {
  std::uint64_t first_seed = 1, last_seed = 0;  // both included; last 0: the scenario's own number
  bool long_run = false;                        // its long number
  bool stop_at_first = false;
  bool shrink = true;
  std::string begun_file;  // where the seed is written that begins, so that a crash says which it was; empty: nowhere
  std::string progress_file;  // where a long run writes what is done, and begins again; empty: nowhere
};

Tally run_scenario(const Scenario& scenario, const RunOptions& options);

// The seeds that failed once, in the order of the file: "scenario seed  # what it was". They run before all others.
struct Regression {
  std::string scenario;
  std::uint64_t seed = 0;
};
std::vector<Regression> read_regressions(const std::string& path);

std::string text_of(const Tally& tally);
std::string json_of(const Tally& tally);

}  // namespace lianxin::sim
