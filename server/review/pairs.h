// Which of many records are most alike, found without holding every two of them against each other.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "schema/ids.h"
#include "server/review/similar.h"

namespace lianxin::server {

struct ComparedRecord {
  RecordId record;
  Comparable as;
  bool in_month = false;  // of two, one at least must be
};

// Two places among the records, the smaller first.
struct LikePair {
  std::size_t a = 0, b = 0;
  Score score = 0;
};

// Where a pair stands in the order: the most alike first, of equals by their ids.
struct PairPlace {
  Score score = 0;
  RecordId a, b;

  bool before(const PairPlace& other) const;
};

struct LikePairs {
  std::vector<LikePair> pairs;  // in their order
  bool more = false;            // others follow behind the last
  bool all_compared = true;     // false: there were too many, and of those further apart only neighbours were compared
};

// Those pairs that same_block() puts together, that score `related_from` or more, that are not in `joined`, and that
// stand behind `after` where it is given: the first `pairs_max`. Of one day before those of two, and no further than a
// better one could be, until `comparisons` are held against each other, which takes less than a second. Where that is
// not enough, as many again go to neighbours: of each record those nearest to it by day, and by what their titles have
// in common.
inline constexpr std::size_t comparisons_max = 200'000;
LikePairs most_alike(std::span<const ComparedRecord> records, const std::set<std::pair<RecordId, RecordId>>& joined,
                     const PairPlace* after, std::size_t pairs_max, std::size_t comparisons = comparisons_max);

}  // namespace lianxin::server
