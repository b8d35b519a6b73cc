#include "sync/model/join.h"

#include <doctest/doctest.h>

using namespace lianxin;

TEST_SUITE("sync/model/join") {
  RecordId id(std::uint8_t n) {
    RecordId made;
    made.bytes[15] = n;
    return made;
  }

  std::vector<Part> open(std::vector<std::uint8_t> numbers) {
    std::vector<Part> parts;
    for (const std::uint8_t n : numbers) parts.push_back({id(n), Standing::open});
    return parts;
  }

  TEST_CASE("the chosen one stands for all, the smallest of several, and none that is not among them") {
    const std::vector<Part> records = open({1, 2, 3});
    const JoinEdge plain{id(1), id(2), true, {}}, third{id(2), id(3), true, id(3)}, second{id(1), id(2), true, id(2)};
    CHECK(head_of(records, std::vector{plain}) == id(1));
    CHECK(head_of(records, std::vector{plain, third}) == id(3));
    CHECK(head_of(records, std::vector{second, third}) == id(2));
    CHECK(head_of(open({1, 2}), std::vector{plain, third}) == id(1));
  }

  TEST_CASE("an accepted one stands for all before one that waits, and a deleted one for none but deleted ones") {
    const JoinEdge chosen{id(1), id(2), true, id(2)};
    const auto head = [&](Standing first, Standing second, Standing third) {
      return head_of(std::vector<Part>{{id(1), first}, {id(2), second}, {id(3), third}}, std::vector{chosen});
    };
    CHECK(head(Standing::open, Standing::open, Standing::open) == id(2));
    CHECK(head(Standing::accepted, Standing::handed_in, Standing::accepted) == id(1));
    CHECK(head(Standing::open, Standing::open, Standing::handed_in) == id(3));
    CHECK(head(Standing::accepted, Standing::accepted, Standing::open) == id(2));
    CHECK(head(Standing::open, Standing::deleted, Standing::open) == id(1));
    CHECK(head(Standing::deleted, Standing::deleted, Standing::deleted) == id(2));
    CHECK(standing_of(false, "archived") == Standing::accepted);
    CHECK(standing_of(false, "township_checked") == Standing::handed_in);
    CHECK(standing_of(false, "returned") == Standing::open);
    CHECK(standing_of(true, "accepted") == Standing::deleted);
  }

  TEST_CASE("an edge between two studios holds where both rows have it, and says what the smaller's says") {
    StudioId here, there;
    here.bytes[0] = 1;
    there.bytes[0] = 2;
    const JoinEdge sum{id(1), id(2), true, {}}, larger{id(1), id(2), false, {}};
    std::map<RecordId, JoinEnd> rows{{id(1), {here, {{sum}, {{id(2), there}}}}}, {id(2), {there, {}}}};
    CHECK(holding_edges(rows).empty());
    rows.at(id(2)).own = {{larger}, {{id(1), here}}};
    CHECK(holding_edges(rows) == std::vector{sum});
    rows.at(id(2)).own.other_studio.at(id(1)) = there;  // it means another one of that id
    CHECK(holding_edges(rows).empty());
    CHECK(holding_edges({{id(1), {here, {{sum}, {}}}}, {id(2), {here, {}}}}) == std::vector{sum});
    CHECK(holding_edges({{id(1), {here, {{sum}, {}}}}}).empty());
  }

  TEST_CASE("of a chain the larger stands within what is joined so, and the rest adds up") {
    const std::vector<RecordId> records{id(1), id(2), id(3), id(4)};
    const std::vector<std::int64_t> counts{10, 7, 5, 2};
    const auto combined = [&](bool first, bool second, bool third) {
      return combined_count(
          records,
          std::vector<JoinEdge>{{id(1), id(2), first, {}}, {id(2), id(3), second, {}}, {id(3), id(4), third, {}}},
          counts);
    };
    CHECK(combined(true, true, true) == 24);
    CHECK(combined(false, true, true) == 17);
    CHECK(combined(false, false, true) == 12);
    CHECK(combined(false, false, false) == 10);
    CHECK(combined(true, false, true) == 19);
    CHECK(combined(false, true, false) == 15);
    // Through one that does not count itself.
    CHECK(combined_count(std::vector{id(1), id(3)},
                         std::vector<JoinEdge>{{id(1), id(2), false, {}}, {id(2), id(3), false, {}}},
                         std::vector<std::int64_t>{4, 9}) == 9);
    CHECK(combined_count(std::vector{id(1), id(2)}, std::vector<JoinEdge>{{id(1), id(2), true, {}}},
                         std::vector<std::int64_t>{INT64_MAX, 1}) == INT64_MAX);
  }

  TEST_CASE("what hangs together is found from each of its records") {
    const std::vector<JoinEdge> edges{
        {id(3), id(4), true, {}}, {id(1), id(2), true, {}}, {id(2), id(3), true, {}}, {id(7), id(8), true, {}}};
    for (std::uint8_t n = 1; n <= 4; ++n) CHECK(joined_with(id(n), edges).size() == 4);
    CHECK(joined_with(id(8), edges) == std::vector{id(7), id(8)});
    CHECK(joined_with(id(9), edges) == std::vector{id(9)});
  }
}
