// lianxin-sim: the whole system in one process, from a seed.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "tests/sim/runner.h"

namespace {

using namespace lianxin::sim;

struct Words {
  std::string scenario = "all", seeds, regressions = LIANXIN_SIM_REGRESSIONS;
  bool list = false, json = false;
  int actions = 0;
  RunOptions run;
};

// A..B, A.., or one number.
bool read_seeds(const std::string& text, RunOptions& run) {
  unsigned long long first = 0, last = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%llu..%llu%n", &first, &last, &used) == 2 && used == static_cast<int>(text.size())) {
    run.first_seed = first;
    run.last_seed = last;
  } else if (std::sscanf(text.c_str(), "%llu%n", &first, &used) == 1 && used == static_cast<int>(text.size())) {
    run.first_seed = run.last_seed = first;
  } else {
    return false;
  }
  return run.first_seed >= 1 && run.last_seed >= run.first_seed;
}

void list() {
  for (const Scenario& scenario : scenarios()) {
    std::printf("%-16s %-4s %6llu per commit %8llu long   %.*s\n", std::string(scenario.name).c_str(),
                std::string(scenario.fault_test).c_str(), static_cast<unsigned long long>(scenario.seeds(false)),
                static_cast<unsigned long long>(scenario.seeds(true)), static_cast<int>(scenario.what.size()),
                scenario.what.data());
  }
}

void tell(const Words& words, const Tally& tally) {
  std::cout << (words.json ? json_of(tally) : text_of(tally)) << std::endl;
}

// True where all held.
bool run_regressions(const Words& words, const Scenario& scenario) {
  bool good = true;
  for (const Regression& regression : read_regressions(words.regressions)) {
    if (regression.scenario != scenario.name) continue;
    RunOptions one;
    one.first_seed = one.last_seed = regression.seed;
    one.shrink = false;
    const Tally tally = run_scenario(scenario, one);
    if (tally.failures.empty()) continue;
    tell(words, tally);
    good = false;
  }
  return good;
}

bool run(const Words& words, const Scenario& scenario) {
  if (words.actions > 0) {  // one life cut short, as a failure printed it
    Report report;
    scenario.run({words.run.first_seed, words.actions}, report);
    std::cout << scenario.name << " seed " << words.run.first_seed << ": "
              << (report.failed() ? report.first() : "all held") << std::endl;
    return !report.failed();
  }
  const bool whole = words.run.last_seed == 0;
  const bool old_ones = !whole || run_regressions(words, scenario);
  const Tally tally = run_scenario(scenario, words.run);
  tell(words, tally);
  return old_ones && tally.violations + tally.wedged == 0;
}

}  // namespace

int main(int argc, char** argv) {
  Words words;
  CLI::App app("Lianxin in one process: phones, server, network and disks from a seed", "lianxin-sim");
  app.add_flag("--list", words.list, "The scenarios, and how many seeds each is given");
  app.add_option("--scenario", words.scenario, "A name of --list, or all")->capture_default_str();
  app.add_option("--seeds", words.seeds,
                 "A..B or one seed; otherwise the scenario's own number, after its regressions");
  app.add_flag("--long", words.run.long_run, "The long number of seeds instead of that per commit");
  app.add_flag("--first", words.run.stop_at_first, "Stop at the first failure");
  app.add_flag("--json", words.json, "One JSON object a scenario");
  app.add_option("--actions", words.actions, "Cut the life of the one seed short after so many actions");
  app.add_option("--begun", words.run.begun_file, "Write each seed here as it begins");
  app.add_option("--progress", words.run.progress_file, "Write down how far it came, and go on from there next time");
  app.add_option("--regressions", words.regressions, "Seeds that failed once")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (words.list) {
    list();
    return 0;
  }
  if (!words.seeds.empty() && !read_seeds(words.seeds, words.run)) {
    std::cerr << "lianxin-sim: --seeds is A..B, both at least 1\n";
    return 2;
  }
  bool good = true, any = false;
  for (const Scenario& scenario : scenarios()) {
    if (words.scenario != "all" && words.scenario != scenario.name) continue;
    any = true;
    good = run(words, scenario) && good;
  }
  if (!any) {
    std::cerr << "lianxin-sim: no scenario " << words.scenario << "; see --list\n";
    return 2;
  }
  return good ? 0 : 1;
}
