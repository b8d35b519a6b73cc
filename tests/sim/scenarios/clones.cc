// F13: a phone's file is copied to one to three other phones at a random moment and all go on; or it is set back to
// what it was, with something written since or nothing.
#include "tests/sim/files/fault_files.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr std::size_t clones_max = 3;
const std::string backup = "/sim/backup/lianxin.db";

}  // namespace

void run_clones(const Trial& trial, Report& report) {
  LifeOptions options;
  options.side_by_side = trial.seed % 2 == 0;
  if (trial.seed % 3 == 0) options.faults = NetworkFaults::bad();
  Life life(trial, options, report);
  const std::size_t people = life.phones.size();
  std::size_t backed_up = life.random.below(people);
  FaultFiles::install().wipe("/sim/backup");
  bool has_backup = false;
  life.instead = [&] {
    const std::size_t dice = life.random.below(100);
    if (dice < 6 && life.phones.size() < people + clones_max) {
      life.clone_phone(life.random.below(people));
      report.count("clones");
    } else if (dice < 12) {
      backed_up = life.random.below(people);
      FaultFiles::install().copy_database(life.phones[backed_up].phone->path(), backup);
      has_backup = true;
    } else if (dice < 20 && has_backup) {
      life.set_back(backed_up, backup);
      report.count("set back");
    } else {
      return false;
    }
    return true;
  };
  life.live();
  life.settle();
  life.check();
}

}  // namespace lianxin::sim
