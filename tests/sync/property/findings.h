// What the checks found wrong, by invariant of design 8, each with the seed of the world it happened in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lianxin {

struct Finding {
  std::uint64_t seed = 0;
  std::string what;
};

struct Findings {
  std::map<int, std::vector<Finding>> by_invariant;
  std::map<int, std::uint64_t> looked;  // how often each was checked: a check that never ran proves nothing
  std::uint64_t seed = 0;

  bool expect(int invariant, bool holds, const std::string& what) {
    ++looked[invariant];
    if (!holds) wrong(invariant, what);
    return holds;
  }

  // Where a debugger stops: the caller of the caller asked for what does not hold.
  [[gnu::noinline]] void wrong(int invariant, const std::string& what) {
    by_invariant[invariant].push_back({seed, what});
  }
};

}  // namespace lianxin
