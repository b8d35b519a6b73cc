// F9: phones that are ten years behind to a hundred ahead, clocks that jump in a session, a server set back by an hour.
#include "sync/model/limits.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr std::int64_t hour = 3'600'000, day = 24 * hour, year = 31'557'600'000;
constexpr std::int64_t offsets[] = {-10 * year, -year, -day, -hour, 0, hour, day, year, 100 * year};

// What happened before has the smaller clock, and no clock is further ahead than its causes or the bound make it.
void check_clocks(Life& life) {
  std::map<ChangeId, Hlc> met;
  std::map<DeviceId, Hlc> last;
  for (const Logged& logged : life.log()) {
    Hlc before = last[logged.device];
    const Result<Change> change = parse_line(logged.line);
    for (const Write& write : change ? change->writes : std::vector<Write>()) {
      for (const ChangeId& base : write.bases) {
        const auto at = met.find(base);
        if (at == met.end()) continue;
        life.report.expect(12, at->second < logged.clock, "what was shown has a smaller clock");
        before = std::max(before, at->second);
      }
    }
    life.report.expect(12, last[logged.device] < logged.clock, "a device's next change has a greater clock");
    const std::int64_t bound = logged.received_ms + limits::forward_clock_ms_max;
    life.report.expect(12, logged.clock.unix_ms() <= std::max(bound, before.next().unix_ms()),
                       "a clock is further ahead than the limit");
    last[logged.device] = logged.clock;
    met[logged.id] = logged.clock;
  }
}

}  // namespace

void run_clocks(const Trial& trial, Report& report) {
  LifeOptions options;
  options.step_ms_max = trial.seed % 2 == 0 ? 2'000 : 120'000;
  Life life(trial, options, report);
  SimClock& sick = life.phones[trial.seed % 2].phone->clock;
  const std::int64_t wrong = offsets[trial.seed % 9], jump = offsets[trial.seed / 9 % 9];
  sick.offset_ms += wrong;
  sick.has_boot_clock = trial.seed % 5 != 0;
  life.instead = [&] {
    if (life.random.chance(8)) {
      sick.offset_ms = life.random.chance(50) ? wrong : wrong + jump;
    } else if (life.random.chance(4)) {
      life.server_skew_ms = life.random.chance(50) ? -hour : 0;
    } else {
      return false;
    }
    return true;
  };
  life.live();
  life.settle();
  life.check();
  check_clocks(life);
}

}  // namespace lianxin::sim
