#include "tests/sim/scenario.h"

#include "tests/sim/scenarios/phone_crash.h"
#include "tests/sim/scenarios/resources.h"
#include "tests/sim/scenarios/scenarios.h"
#include "tests/sim/scenarios/server_crash.h"

namespace lianxin::sim {
namespace {

constexpr Scenario all[] = {
    {"edits", "F1", "random edits by four phones and a desk, no faults", 500, 20'000, run_edits},
    {"network", "F2", "requests dropped, doubled, delayed, reordered, cut; replies lost", 500, 50'000, run_network},
    {"replies", "F3", "one reply of a fixed story of 200 requests is lost, once and three times running", 400, 400,
     run_replies},
    {"clocks", "F9", "phones years behind and ahead, clocks that jump, a server set back by an hour", 162, 16'200,
     run_clocks},
    {"forms", "F10", "pulls at every instant between form-open and save", 200, 5'000, run_forms},
    {"deletes", "F11", "delete, edit and undelete by phones away for a day to a year", 500, 20'000, run_deletes},
    {"restores", "F12", "a server set back at random moments; phones return, not all of them", 200, 10'000,
     run_restores},
    {"clones", "F13", "a phone's file copied to others, or set back", 200, 5'000, run_clones},
    {"poison", "F14", "30 kinds of lines that cannot be applied, 1-100 % of a batch of 500", 60, 600, run_poison},
    {"held", "F14", "what phones saved in good faith and a stricter server holds, built upon and decided", 200, 5'000,
     run_held},
    {"hostile", "F21", "one phone lies in every way that the wire allows, beside four honest ones", 60, 1'000,
     run_hostile},
    {"hostile-desk", "F21", "a coordinator of another studio lies and acts where he has no right", 60, 1'000,
     run_hostile_desk},
    {"hostile-county", "F21", "another county's office writes reference data about what is not its own", 60, 1'000,
     run_hostile_county},
    {"access", "F15", "grants end and return, clearances rise and fall, work waits", 500, 10'000, run_access},
    {"damage", "F16", "1-100 cells altered behind the API of a phone or the server", 400, 10'000, run_damage},
    {"versions", "F19", "old and new phones and servers, kinds of three versions", 90, 9'000, run_versions},
    {"soak", "F20", "thirty days of 500 phones: bad signal, lost phones, clones, moves, a restore", 1, 20, run_soak},
    {"server-crash", "F4", "the server dies at every write and sync call of a push and pull story", every_point,
     every_point, run_server_crash, server_crash_points},
    {"phone-crash", "F5", "the phone dies at every write and sync call of its life", every_point, every_point,
     run_phone_crash, phone_crash_points},
    {"resources", "F6", "memory, I/O and room run out at one point of a server's or a phone's story", 2'000, 20'000,
     run_resources},
};

}  // namespace

std::span<const Scenario> scenarios() { return all; }

const Scenario* scenario_named(std::string_view name) {
  for (const Scenario& scenario : all) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

}  // namespace lianxin::sim
