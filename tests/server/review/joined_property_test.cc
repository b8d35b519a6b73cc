// Joining and parting at random, by the routes of a desk over a real store, among all else that is done with records:
// after every act the pages, lists, totals, tables, searches and a phone say what a model of its own says, and in the
// end everything is as in a county in which nothing was ever joined.
#include <algorithm>
#include <cstdlib>

#include "tests/server/review/joined_county.h"

using namespace lianxin;
using namespace lianxin::server_test;

TEST_SUITE("server/review/joined") {
  TEST_CASE("whatever is joined and parted, all who look see the same, and parting everything restores what was") {
    constexpr int joinings_in_all = 500;
    const char* given = std::getenv("LIANXIN_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : 20261130;
    MESSAGE("seed " << seed);
    JoinedCounty county(seed);
    county.check({record_id(1), record_id(2)});
    county.check_against_twin();
    for (int n = 1; county.joinings() < joinings_in_all; ++n) {
      CAPTURE(seed);
      CAPTURE(n);
      county.check(county.act());
    }
    county.part_all();
    county.check({record_id(1), record_id(2)});
    county.restore_all();
    county.check({record_id(1), record_id(2)});
    county.check_against_twin();
  }
}
