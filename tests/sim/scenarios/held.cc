// F14's other half: what honest phones saved in good faith and a stricter server holds. They go on building on it,
// until a coordinator releases or dismisses it.
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {

void run_held(const Trial& trial, Report& report) {
  LifeOptions options;
  options.long_texts = true;
  options.favourite = trial.seed % 2 == 0 ? "title" : "verdict";
  Life life(trial, options, report);
  life.server.set_kinds(strict_kinds());
  life.instead = [&] {
    if (life.random.chance(3))
      life.server.set_kinds(sim_kinds());  // it is no longer stricter: now a release goes through
    if (!life.random.chance(15)) return false;
    life.desk_decide();
    return true;
  };
  life.live();
  life.settle();
  life.server.set_kinds(sim_kinds());
  for (int i = 0; i < 3; ++i) life.desk_decide();
  life.settle();
  life.check();
}

}  // namespace lianxin::sim
