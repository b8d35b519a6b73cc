#include "sync/rules/merge.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

const LookUp nothing_known = [](const ChangeId&) { return KnownWrite{}; };
const LookUp two_is_held = [](const ChangeId& id) {  // and names one
  return id == c(2) ? KnownWrite{KnownWrite::Standing::held, {c(1)}, {"convener"}, {}} : KnownWrite{};
};

Head write_of(std::uint8_t id, Value value, std::vector<ChangeId> bases = {}, std::string role = "convener") {
  Head head;
  head.id = c(id);
  head.value = std::move(value);
  head.clock = Hlc{id};
  head.bases = std::move(bases);
  head.role = std::move(role);
  return head;
}

std::vector<ChangeId> heads_of(const Cell& cell) {
  std::vector<ChangeId> ids;
  for (const Head& head : cell.heads) ids.push_back(head.id);
  return ids;
}

Cell cell_with(const CellRule& rule, const std::vector<Head>& writes) {
  Cell cell;
  for (const Head& write : writes) merge_write(rule, cell, write, nothing_known);
  return cell;
}

using Ids = std::vector<ChangeId>;

TEST_SUITE("sync/rules/merge") {
  TEST_CASE("a write takes the heads it names and leaves the others (PROTOCOL 3.1)") {
    const Cell cell = cell_with({}, {write_of(1, "a"), write_of(2, "b"), write_of(3, "c", {c(1)})});
    CHECK(heads_of(cell) == Ids{c(2), c(3)});
    CHECK(conflict({}, cell).size() == 2);
  }
  TEST_CASE("a write that somebody already named enters as history (PROTOCOL 3.1)") {
    const Cell cell = cell_with({}, {write_of(3, "c", {c(2)}), write_of(2, "b", {c(1)}), write_of(1, "a")});
    CHECK(heads_of(cell) == Ids{c(3)});
    CHECK(cell.pending.empty());
  }
  TEST_CASE("a witnessed write that somebody named leaves its author's own line awaited (PROTOCOL 6.2)") {
    Cell cell = cell_with({}, {write_of(3, "c", {c(2)})});
    Head witnessed = write_of(2, "b");
    witnessed.witnessed = true;
    merge_write({}, cell, witnessed, nothing_known);
    merge_write({}, cell, write_of(2, "b"), nothing_known);
    CHECK(heads_of(cell) == Ids{c(3)});
    CHECK(cell.pending.empty());
  }
  TEST_CASE("equal heads are two heads and no conflict (PROTOCOL 3.3)") {
    Cell cell = cell_with({}, {write_of(1, "a"), write_of(2, "a")});
    CHECK(cell.heads.size() == 2);
    CHECK(conflict({}, cell).empty());
    merge_write({}, cell, write_of(3, "b", {c(1)}), nothing_known);
    CHECK(conflict({}, cell).size() == 2);
  }
  TEST_CASE("an ordinary edit closes no conflict and naming every head does (PROTOCOL 3.3)") {
    Cell cell = cell_with({}, {write_of(1, "a"), write_of(2, "b")});
    merge_write({}, cell, write_of(3, "c", {c(2)}), nothing_known);
    CHECK(conflict({}, cell).size() == 2);
    merge_write({}, cell, write_of(4, "d", {c(1), c(3)}), nothing_known);
    CHECK(conflict({}, cell).empty());
  }
  TEST_CASE("what a held base names goes too (PROTOCOL 3.2)") {
    Cell cell = cell_with({}, {write_of(1, "a")});
    merge_write({}, cell, write_of(3, "c", {c(2)}), two_is_held);
    CHECK(heads_of(cell) == Ids{c(3)});
  }
  TEST_CASE("a held line that arrives after it was named is looked through as well (PROTOCOL 3.2)") {
    Cell cell = cell_with({}, {write_of(1, "a"), write_of(3, "c", {c(2)})});
    merge_held({}, cell, c(2), two_is_held);
    CHECK(heads_of(cell) == Ids{c(3)});
  }
  TEST_CASE("a held line that nobody named moves nothing") {
    Cell cell = cell_with({}, {write_of(1, "a")});
    merge_held({}, cell, c(2), two_is_held);
    CHECK(heads_of(cell) == Ids{c(1)});
  }
  TEST_CASE("lines that name each other in a ring end") {
    const LookUp ring = [](const ChangeId& id) {
      return KnownWrite{KnownWrite::Standing::held, {id == c(1) ? c(2) : c(1)}, {}, {}};
    };
    Cell cell;
    merge_write({}, cell, write_of(3, "c", {c(1)}), ring);
    CHECK(heads_of(cell) == Ids{c(3)});
  }
  TEST_CASE("a write removes no head of higher authority and stands unseen beside it (PROTOCOL 3.4)") {
    const std::vector<std::string> ranks{"coordinator", "convener"};
    CellRule rule;
    rule.authority = ranks;
    Cell cell = cell_with(rule, {write_of(1, "a", {}, "coordinator"), write_of(2, "b", {c(1)})});
    CHECK(heads_of(cell) == Ids{c(1), c(2)});
    CHECK(conflict(rule, cell).empty());
    CHECK(shown(rule, cell).value == Value("a"));
  }
  TEST_CASE("a quiet register has no conflict and a restrictive value is shown (PROTOCOL 3.4)") {
    CellRule quiet;
    quiet.quiet = true;
    const Cell cell = cell_with(quiet, {write_of(1, "withdrawn"), write_of(2, "b")});
    CHECK(conflict(quiet, cell).empty());
    CHECK(shown(quiet, cell).value == Value("b"));
    const Value withdrawn("withdrawn");
    CellRule restrictive;
    restrictive.restrictive = &withdrawn;
    CHECK(shown(restrictive, cell).value == withdrawn);
  }
  TEST_CASE("a remove takes the reasons it names and no other (PROTOCOL 3.5)") {
    CellRule set;
    set.merge = Merge::set;
    Cell cell = cell_with(set, {write_of(1, {}), write_of(2, {})});
    const Ids one{c(1)}, rest{c(2), c(3)};
    merge_remove(set, cell, one, "convener", nothing_known);
    CHECK(shown(set, cell).value == Value(true));
    merge_remove(set, cell, rest, "convener", nothing_known);
    CHECK(cell.heads.empty());
    merge_write(set, cell, write_of(3, {}), nothing_known);
    CHECK(cell.heads.empty());
  }
  TEST_CASE("an increment counts once whoever brings it (PROTOCOL 3.6)") {
    CellRule counter;
    counter.merge = Merge::counter;
    Cell cell;
    for (int i = 0; i < 3; ++i) merge_once(cell, write_of(1, 5));
    merge_once(cell, write_of(2, -8));
    CHECK(shown(counter, cell).value == Value(-3));
  }
  TEST_CASE("a sum beyond 64 bits stops at the bound") {
    CellRule counter;
    counter.merge = Merge::counter;
    Cell cell;
    merge_once(cell, write_of(1, INT64_MAX));
    merge_once(cell, write_of(2, 1));
    CHECK(shown(counter, cell).value == Value(INT64_MAX));
  }
  TEST_CASE("any order of arrival leaves the same cell (PROTOCOL 3.1 and design 8 invariant 7)") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      CAPTURE(seed);
      SeededRandom random(seed);
      std::vector<Head> writes;
      std::set<ChangeId> named;
      for (std::uint8_t id = 1; id <= 9; ++id) {
        Ids bases;
        for (std::uint8_t below = 1; below < id; ++below) {
          if (random.chance(25)) bases.push_back(c(below));
        }
        named.insert(bases.begin(), bases.end());
        writes.push_back(write_of(id, "v" + std::to_string(random.below(3)), std::move(bases)));
      }
      std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6, 7, 8};
      const auto fold = [&] {
        Cell cell;
        std::set<ChangeId> here;
        for (const std::size_t i : order) {
          here.insert(writes[i].id);
          merge_write({}, cell, writes[i], [&](const ChangeId& id) {
            const auto standing = here.contains(id) ? KnownWrite::Standing::applied : KnownWrite::Standing::unknown;
            return KnownWrite{standing, {}, {}, {}};
          });
        }
        return cell;
      };
      const Cell first = fold();
      for (const Head& head : first.heads) CHECK_FALSE(named.contains(head.id));
      CHECK(first.heads.size() + named.size() == writes.size());
      for (int i = 0; i < 4; ++i) {
        random.shuffle(order);
        CHECK(fold() == first);
      }
    }
  }
}

}  // namespace
}  // namespace lianxin
