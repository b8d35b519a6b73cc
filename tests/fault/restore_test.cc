// F12: the real server's database is put back to random earlier backups, by the command and by a plain copy, with its
// journal and without, while real phones go on writing. When those that return are home, every change that a living
// phone made is in the log once, and every value that its rows held is there (PROTOCOL 6.2, 6.3, 6.4).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "tests/fault/restored_world.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr int restores_in_a_world = 4;

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

// The world of seed 1 loses its journal at the end, so that everything before is judged by the stricter rules.
std::vector<PutBack> ways_of(std::uint64_t seed, int restores) {
  const PutBack last = seed % 2 == 1 ? PutBack::command_without_journal : PutBack::copy_without_journal;
  std::vector<PutBack> ways{PutBack::command, PutBack::copy, PutBack::command, seed % 3 == 0 ? PutBack::copy : last};
  SeededRandom random(seed);
  if (seed > 1) random.shuffle(ways);
  ways.resize(static_cast<std::size_t>(std::min(restores, restores_in_a_world)));
  return ways;
}

template <class T>
std::string median_and_max(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  std::ostringstream text;
  text << std::fixed << std::setprecision(std::is_integral_v<T> ? 0 : 1) << values[values.size() / 2] << " / "
       << values.back();
  return text.str();
}

void print(const RestoreTally& tally, double seconds) {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&](const std::string& name, std::int64_t count) { rows.emplace_back(name, std::to_string(count)); };
  add("restores", static_cast<std::int64_t>(tally.requests.size()));
  for (const auto& [way, count] : tally.by_way) add(std::string("  ") + name_of(way), count);
  add("phones", tally.phones);
  add("  cut off", tally.cut_off);
  add("  of them emptied when they came", tally.purged);
  add("  that never returned", tally.never_returned);
  add("phones' notices of a server set back", tally.noticed);
  add("changes made on phones", tally.made);
  add("acts at the desk", tally.desk_acts);
  add("official numbers, most in one database", tally.numbers);
  add("log lines taken away by restores", tally.taken_away);
  add("  given again by their phone", tally.given_again);
  add("  taken again from the journal", tally.journal_again);
  add("heads that returned phones held", tally.heads_held);
  add("  witnessed, their author not home", tally.witnessed);
  add("  replaced by a later write", tally.replaced);
  add("numbers twice after a lost journal", tally.numbers_twice);
  add("lost", tally.lost);
  add("doubled", tally.doubled);
  rows.emplace_back("requests until settled, median / max", median_and_max(tally.requests));
  rows.emplace_back("seconds until settled, median / max", median_and_max(tally.seconds));
  add("seconds in all", static_cast<std::int64_t>(seconds));
  for (const auto& [name, value] : rows) {
    std::cout << std::left << std::setw(42) << name << std::right << std::setw(12) << value << "\n";
  }
}

}  // namespace

TEST_SUITE("fault/restore") {
  TEST_CASE("a server put back to random backups under real phones has all of the living again and once (PROTOCOL 6)") {
    const int restores = from_environment("LIANXIN_RESTORES", restores_in_a_world);
    const auto seed = static_cast<std::uint64_t>(from_environment("LIANXIN_SEED", 1));
    const auto begin = std::chrono::steady_clock::now();
    RestoreTally tally;
    std::uint64_t world_seed = seed;
    for (int done = 0; done < restores; ++world_seed, done += restores_in_a_world) {
      CAPTURE(world_seed);
      const std::size_t faults = tally.faults.size();
      RestoredWorld(world_seed, tally).live_through(ways_of(world_seed, restores - done));
      for (std::size_t i = faults; i < tally.faults.size(); ++i) CHECK_MESSAGE(false, tally.faults[i]);
    }
    print(tally, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    CHECK(tally.lost == 0);
    CHECK(tally.doubled == 0);
    // That something happened at all.
    CHECK(static_cast<int>(tally.requests.size()) == restores);
    CHECK(tally.noticed > 0);
    CHECK(tally.given_again > 0);
    CHECK(tally.heads_held > 0);
    CHECK(tally.desk_acts > 0);
    CHECK(tally.numbers > 0);
    CHECK(tally.cut_off > 0);
  }
}
