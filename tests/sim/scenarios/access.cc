// F15: grants end and are given again, clearances rise and fall, while work waits on the phones and pages are on their
// way.
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {

void run_access(const Trial& trial, Report& report) {
  LifeOptions options;
  options.look_at_views = false;  // what a phone may see by now it learns at its next sync
  options.side_by_side = true;
  if (trial.seed % 3 == 0) options.faults = NetworkFaults::bad();
  Life life(trial, options, report);
  life.instead = [&] {
    if (!life.random.chance(22)) return false;
    const Member& member = life.phones[life.random.below(life.phones.size())].member;
    life.server.now_ms = life.now_ms;
    const bool granted = life.server.access(member.id, life.server.studio).any();
    if (!granted) {
      life.server.grant(member.id, life.server.studio, member.role, member.clearance);
    } else if (life.random.chance(50)) {
      life.server.end_grants(member.id, life.server.studio);
      report.count("grants ended");
    } else {
      static constexpr Sensitivity levels[] = {Sensitivity::internal, Sensitivity::personal, Sensitivity::health};
      life.server.set_clearance(member.id, life.server.studio, levels[life.random.below(3)]);
      report.count("clearances changed");
    }
    return true;
  };
  life.live();
  life.settle();
  life.check();
}

}  // namespace lianxin::sim
