#include "tests/sim/beginning.h"

#include <map>
#include <stdexcept>

#include "tests/sim/files/fault_files.h"
#include "tests/sim/sim_kinds.h"
#include "tests/sim/sim_phone.h"
#include "tests/sync/people.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::sim {
namespace {

constexpr std::uint64_t beginnings_max = 8;

}  // namespace

const Beginning& Beginning::of(std::uint64_t seed) {
  static std::map<std::uint64_t, Beginning> made;
  const std::uint64_t number = seed % beginnings_max;
  return made.try_emplace(number, number).first->second;
}

Beginning::Beginning(std::uint64_t number) : server(sim_kinds()) {
  SeededRandom random(number);
  FaultFiles::install().seed(number);
  for (const Person& person : people) {
    const std::string name = std::to_string(members.size());
    members.push_back({server.add_member("成员" + name, person.role, person.clearance), person.role, person.clearance});
    files.push_back("/sim/beginning-" + std::to_string(number) + "/phone-" + name + ".db");
    SimPhone phone(files.back(), server, at_ms, random.next());
    phone.clock.reboot("boot-" + std::to_string(random.next()));
    const auto opened = phone.open();
    if (!opened) throw std::runtime_error("a phone does not open: " + opened.problem().detail);
    const auto enrolled = phone.phone().enrol("https://sim.example", server.code_for(members.back().id), "手机");
    if (!enrolled) throw std::runtime_error("a phone does not enrol: " + enrolled.problem().code);
  }
}

}  // namespace lianxin::sim
