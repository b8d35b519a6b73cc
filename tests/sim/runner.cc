#include "tests/sim/runner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include "schema/json.h"
#include "tests/sim/commit.h"

namespace lianxin::sim {
namespace {

constexpr std::size_t failures_told = 5;
constexpr int longest_life_shrunk = 400;

Report run_once(const Scenario& scenario, const Trial& trial) {
  Report report;
  report.findings.seed = trial.seed;
  try {
    scenario.run(trial, report);
  } catch (const std::exception& error) {  // a run that cannot go on has found something
    report.expect(0, false, error.what());
  }
  return report;
}

// The shortest life, by halving, that still fails: the same seed acts the same up to where it is cut.
int shortest_failing_life(const Scenario& scenario, std::uint64_t seed) {
  int fails = longest_life_shrunk;
  if (!run_once(scenario, {seed, fails}).failed()) return 0;  // it does not look at actions, or needs more of them
  int holds = 0;
  while (fails - holds > 1) {
    const int middle = holds + (fails - holds) / 2;
    (run_once(scenario, {seed, middle}).failed() ? fails : holds) = middle;
  }
  return fails;
}

// One line a scenario: its name, the last seed done, runs, violations, wedged, seconds.
std::optional<Tally> read_progress(const std::string& path, const Scenario& scenario, std::uint64_t& next_seed) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Tally tally;
    std::uint64_t last = 0;
    if (words >> tally.scenario >> last >> tally.runs >> tally.violations >> tally.wedged >> tally.seconds &&
        tally.scenario == scenario.name) {
      next_seed = last + 1;
      return tally;
    }
  }
  return std::nullopt;
}

void write_progress(const std::string& path, const Tally& tally, std::uint64_t last) {
  std::vector<std::string> kept;
  {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (line.rfind(tally.scenario + " ", 0) != 0) kept.push_back(line);
    }
  }
  std::ofstream file(path + ".new", std::ios::trunc);
  for (const std::string& line : kept) file << line << "\n";
  file << tally.scenario << " " << last << " " << tally.runs << " " << tally.violations << " " << tally.wedged << " "
       << tally.seconds << "\n";
  file.close();
  std::rename((path + ".new").c_str(), path.c_str());
}

}  // namespace

Tally run_scenario(const Scenario& scenario, const RunOptions& options) {
  std::uint64_t seed = options.first_seed;
  const std::uint64_t last = options.last_seed ? options.last_seed : scenario.seeds(options.long_run);
  Tally tally;
  if (!options.progress_file.empty()) {
    if (auto before = read_progress(options.progress_file, scenario, seed)) tally = std::move(*before);
  }
  tally.scenario = scenario.name;
  tally.fault_test = scenario.fault_test;
  using Clock = std::chrono::steady_clock;
  const double seconds_before = tally.seconds;
  const auto began = Clock::now();
  auto saved = began;
  const auto seconds = [&] { return seconds_before + std::chrono::duration<double>(Clock::now() - began).count(); };
  for (; seed <= last; ++seed) {
    if (!options.begun_file.empty()) std::ofstream(options.begun_file, std::ios::trunc) << seed << "\n";
    const Report report = run_once(scenario, {seed});
    ++tally.runs;
    for (const auto& [what, count] : report.counts) tally.counts[what] += count;
    tally.violations += report.findings.by_invariant.empty() ? 0 : 1;
    tally.wedged += report.wedged.empty() ? 0 : 1;
    if (report.failed() && tally.failures.size() < failures_told) {
      const int shortest = options.shrink ? shortest_failing_life(scenario, seed) : 0;
      tally.failures.push_back({tally.scenario, seed, report.first(), shortest});
    }
    if (report.failed() && options.stop_at_first) break;
    if (!options.progress_file.empty() && Clock::now() - saved > std::chrono::seconds(5)) {
      tally.seconds = seconds();
      write_progress(options.progress_file, tally, seed);
      saved = Clock::now();
    }
  }
  tally.seconds = seconds();
  if (!options.progress_file.empty()) write_progress(options.progress_file, tally, last);
  return tally;
}

std::vector<Regression> read_regressions(const std::string& path) {
  std::vector<Regression> found;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    Regression one;
    if (words >> one.scenario >> one.seed) found.push_back(std::move(one));
  }
  return found;
}

std::string text_of(const Tally& tally) {
  char head[200];
  std::snprintf(head, sizeof head, "%-16s %-4s %8llu runs  %llu violations  %llu wedged  %.1f s  %.0f seeds/min",
                tally.scenario.c_str(), tally.fault_test.c_str(), static_cast<unsigned long long>(tally.runs),
                static_cast<unsigned long long>(tally.violations), static_cast<unsigned long long>(tally.wedged),
                tally.seconds, tally.seconds > 0 ? 60.0 * static_cast<double>(tally.runs) / tally.seconds : 0.0);
  std::string text = head;
  for (const auto& [what, count] : tally.counts)
    text += (what == tally.counts.begin()->first ? "\n    " : ", ") + what + " " + std::to_string(count);
  for (const Failure& failure : tally.failures) {
    text += "\n  FAILED seed " + std::to_string(failure.seed) + " at " LIANXIN_SIM_COMMIT ": " + failure.what +
            "\n    again: lianxin-sim --scenario " + failure.scenario + " --seeds " + std::to_string(failure.seed) +
            ".." + std::to_string(failure.seed);
    if (failure.actions_max > 0) text += " --actions " + std::to_string(failure.actions_max);
  }
  return text;
}

std::string json_of(const Tally& tally) {
  Value::List failures;
  for (const Failure& failure : tally.failures) {
    failures.push_back(Value::Object{
        {"seed", static_cast<std::int64_t>(failure.seed)}, {"what", failure.what}, {"actions", failure.actions_max}});
  }
  Value::Object counts;
  for (const auto& [what, count] : tally.counts) counts.emplace(what, count);
  return to_json(Value::Object{{"scenario", tally.scenario},
                               {"fault_test", tally.fault_test},
                               {"runs", static_cast<std::int64_t>(tally.runs)},
                               {"violations", static_cast<std::int64_t>(tally.violations)},
                               {"wedged", static_cast<std::int64_t>(tally.wedged)},
                               {"milliseconds", static_cast<std::int64_t>(tally.seconds * 1000)},
                               {"commit", LIANXIN_SIM_COMMIT},
                               {"counts", std::move(counts)},
                               {"failures", std::move(failures)}});
}

}  // namespace lianxin::sim
