// What one run found: invariants of sync/PROTOCOL.md's table that did not hold (numbered in tests/README.md), whether
// it came to rest, and figures worth printing.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/sync/property/findings.h"

namespace lianxin::sim {

struct Report {
  Findings findings;
  std::string wedged;                          // why it did not come to rest within its bound; empty: it did
  std::map<std::string, std::int64_t> counts;  // such as requests, pushed, forks

  bool expect(int invariant, bool holds, const std::string& what) { return findings.expect(invariant, holds, what); }
  void count(const std::string& what, std::int64_t by = 1) { counts[what] += by; }
  bool failed() const { return !findings.by_invariant.empty() || !wedged.empty(); }

  // The first thing that was wrong, as one line; empty where nothing was.
  std::string first() const {
    if (!findings.by_invariant.empty()) {
      const auto& [invariant, found] = *findings.by_invariant.begin();
      return "I" + std::to_string(invariant) + ": " + found.front().what;
    }
    return wedged.empty() ? std::string() : "wedged: " + wedged;
  }
};

}  // namespace lianxin::sim
