#include "sync/model/join.h"

#include <doctest/doctest.h>

using namespace lianxin;

TEST_SUITE("sync/model/join") {
  RecordId id(std::uint8_t n) {
    RecordId made;
    made.bytes[15] = n;
    return made;
  }

  TEST_CASE("the chosen one stands for all, the smallest of several, and none that is not among them") {
    const std::vector<RecordId> records{id(1), id(2), id(3)};
    const JoinEdge plain{id(1), id(2), true, {}}, third{id(2), id(3), true, id(3)}, second{id(1), id(2), true, id(2)};
    CHECK(primary_of(records, std::vector{plain}) == id(1));
    CHECK(primary_of(records, std::vector{plain, third}) == id(3));
    CHECK(primary_of(records, std::vector{second, third}) == id(2));
    CHECK(primary_of(std::vector{id(1), id(2)}, std::vector{plain, third}) == id(1));
  }

  TEST_CASE("what hangs together is found from each of its records") {
    const std::vector<JoinEdge> edges{
        {id(3), id(4), true, {}}, {id(1), id(2), true, {}}, {id(2), id(3), true, {}}, {id(7), id(8), true, {}}};
    for (std::uint8_t n = 1; n <= 4; ++n) CHECK(joined_with(id(n), edges).size() == 4);
    CHECK(joined_with(id(8), edges) == std::vector{id(7), id(8)});
    CHECK(joined_with(id(9), edges) == std::vector{id(9)});
  }
}
