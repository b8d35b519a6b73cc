// The invariants of design 8 as properties of many small worlds. Each world is lived once and asked everything; each
// case below reports one invariant.
//
//   LIANXIN_SEEDS=n   how many worlds (1000)
//   LIANXIN_SEED=n    only the world of that seed, to see a failure again
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/sync/property/checks.h"

namespace lianxin {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

WorldOptions options_for(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.actions = 30 + static_cast<int>(seed % 41);
  options.faults = seed % 5 != 0;
  options.poison = seed % 3 != 0;
  options.sick_clock = seed % 4 == 1;
  options.mixed_kinds = seed % 6 == 2;
  options.server_jumps = seed % 8 == 3;
  options.strict_server = seed % 7 < 3;
  options.server_kinds = seed % 12 == 2 ? 1 : 2;
  return options;
}

void live_and_ask(std::uint64_t seed, Findings& findings) {
  World world(options_for(seed), findings);
  world.live();
  world.settle();
  check_server(world);
  check_chains(world);
  check_poison(world);
  check_quiet(world);
  check_rebuild(world);
  check_readable(world);
  check_clocks(world);
  check_kinds(world);
  check_permuted(world);
  check_resend(world);
}

const Findings& all_worlds() {
  static const Findings findings = [] {
    Findings found;
    const std::uint64_t only = number_from("LIANXIN_SEED", 0);
    const std::uint64_t count = number_from("LIANXIN_SEEDS", 1000);
    if (only != 0) {
      live_and_ask(only, found);
    } else {
      for (std::uint64_t seed = 1; seed <= count; ++seed) live_and_ask(seed, found);
    }
    return found;
  }();
  return findings;
}

void report(int invariant) {
  const Findings& findings = all_worlds();
  CAPTURE(invariant);
  const auto looked = findings.looked.find(invariant);
  const bool asked = looked != findings.looked.end() && looked->second > 0;
  if (number_from("LIANXIN_SEED", 0) == 0) CHECK(asked);
  const auto found = findings.by_invariant.find(invariant);
  if (found == findings.by_invariant.end()) return;
  std::size_t told = 0;
  std::uint64_t last = 0;
  for (const Finding& finding : found->second) {
    if (finding.seed == last || told == 5) continue;
    last = finding.seed;
    ++told;
    CAPTURE(finding.seed);
    MESSAGE("again with: LIANXIN_SEED=" << finding.seed);
    FAIL_CHECK(finding.what);
  }
  std::size_t seeds = 0;
  last = 0;
  for (const Finding& finding : found->second) {
    seeds += finding.seed != last ? 1 : 0;
    last = finding.seed;
  }
  MESSAGE("in " << seeds << " worlds");
}

TEST_SUITE("sync/property/property") {
  TEST_CASE("accepted n are exactly 1 to acked_n and each change id is in the log once (design 8 invariant 1)") {
    report(1);
  }
  TEST_CASE("any multiset of repeats leaves rows and log and digests as they were (design 8 invariant 2)") {
    report(2);
  }
  TEST_CASE("a poison change holds up nothing but itself (design 8 invariant 4)") { report(4); }
  TEST_CASE("seq is dense and pages hold exactly what changed (design 8 invariant 5)") { report(5); }
  TEST_CASE("a cursor implies the rows up to it (design 8 invariant 6)") { report(6); }
  TEST_CASE("once quiet all who see the same have the same bytes in any order of arrival (design 8 invariant 7)") {
    report(7);
  }
  TEST_CASE("what was saved stays in view until replaced and counts once (design 8 invariant 8)") { report(8); }
  TEST_CASE("heads and conflicts and shown values are what the oracle expects (design 8 invariant 9)") { report(9); }
  TEST_CASE("no pull and no ordinary edit hides a conflict and a resolution ends it (design 8 invariant 10)") {
    report(10);
  }
  TEST_CASE("every acknowledged value can still be read (design 8 invariant 11)") { report(11); }
  TEST_CASE("what happened before has a smaller clock and a sick clock is alone (design 8 invariant 12)") {
    report(12);
  }
  TEST_CASE("nothing deleted rises again and edit against delete is a conflict (design 8 invariant 13)") { report(13); }
  TEST_CASE("a device holds exactly what its clearance allows (design 8 invariant 14)") { report(14); }
  TEST_CASE("old phones and new servers and the reverse lose no field (design 8 invariant 17)") { report(17); }
}

}  // namespace
}  // namespace lianxin
