#include "server/review/pairs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace lianxin::server {
namespace {

// Records of one village, or of one county and leading category: no pair outside one is looked at. The days are sorted.
struct Block {
  bool village = false;
  bool with_people = false, with_hours = false;
  std::map<std::int64_t, std::vector<std::size_t>> days;
  std::vector<std::size_t> without_day;
};

// Of neighbours: days, and three mixtures of what titles are made of.
constexpr std::uint64_t orders[] = {0, 0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0};

struct InOrder {
  std::span<const ComparedRecord> records;

  PairPlace place_of(const LikePair& pair) const {
    return {pair.score, records[pair.a].record, records[pair.b].record};
  }
  bool operator()(const LikePair& x, const LikePair& y) const { return place_of(x).before(place_of(y)); }
};

class Search {
 public:
  Search(std::span<const ComparedRecord> records, const std::set<std::pair<RecordId, RecordId>>& joined,
         const PairPlace* after, std::size_t pairs_max, std::size_t comparisons)
      : records_(records),
        joined_(joined),
        after_(after),
        pairs_max_(pairs_max),
        comparisons_(comparisons),
        comparisons_left_(comparisons) {}

  LikePairs run() {
    make_blocks();
    std::int64_t furthest = 0;
    for (const auto& [key, block] : blocks_) {
      if (!block.days.empty()) {
        furthest = std::max(furthest, block.days.rbegin()->first - block.days.begin()->first);
      }
    }
    for (std::int64_t apart = 0; apart <= furthest; ++apart) {
      for (const auto& [key, block] : blocks_) look_at(block, apart);
    }
    for (const auto& [key, block] : blocks_) look_without_day(block);
    if (!all_compared_) look_at_neighbours();
    std::sort_heap(found_.begin(), found_.end(), in_order());
    LikePairs pairs{std::move(found_), false, all_compared_};
    pairs.more = pairs.pairs.size() > pairs_max_;
    if (pairs.more) pairs.pairs.resize(pairs_max_);
    return pairs;
  }

 private:
  void make_blocks() {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const Comparable& as = records_[i].as;
      const std::string form = as.form == Likeness::Form::concern ? "concern " : "event ";
      if (is_village(as.region)) put_into(blocks_[form + "village " + as.region], i, true);
      if (!as.category.empty()) put_into(blocks_[form + as.region.substr(0, 6) + " " + as.leading], i, false);
    }
  }

  void put_into(Block& block, std::size_t i, bool village) {
    const Comparable& as = records_[i].as;
    block.village = village;
    block.with_people = block.with_people || !as.people.empty();
    block.with_hours = block.with_hours || !as.start.empty();
    (as.day ? block.days[*as.day] : block.without_day).push_back(i);
  }

  Score most_of(const Block& block, std::int64_t apart) const {
    const auto& any = block.days.empty() ? block.without_day : block.days.begin()->second;
    return score_max(records_[any.front()].as.form, apart, block.with_people, block.with_hours);
  }

  void look_at(const Block& block, std::int64_t apart) {
    if (block.days.empty() || most_of(block, apart) < floor()) return;
    for (auto day = block.days.begin(); day != block.days.end(); ++day) {
      if (apart == 0) {
        for (std::size_t i = 0; i < day->second.size(); ++i) {
          for (std::size_t j = i + 1; j < day->second.size(); ++j) compare(block, day->second[i], day->second[j]);
        }
        continue;
      }
      const auto other = block.days.find(day->first + apart);
      if (other == block.days.end()) continue;
      for (const std::size_t i : day->second) {
        for (const std::size_t j : other->second) compare(block, i, j);
      }
    }
  }

  void look_without_day(const Block& block) {
    if (block.without_day.empty() || most_of(block, days_apart_max) < floor()) return;
    for (const std::size_t i : block.without_day) {
      for (const auto& [day, others] : block.days) {
        for (const std::size_t j : others) compare(block, i, j);
      }
    }
  }

  // Each order puts some of those side by side that are alike (sorted neighbourhoods; Hernández and Stolfo, 1995).
  void look_at_neighbours() {
    std::size_t members = 0;
    for (const auto& [key, block] : blocks_) members += members_of(block).size();
    const std::size_t window =
        std::max<std::size_t>(1, comparisons_ / (std::size(orders) * std::max<std::size_t>(members, 1)));
    comparisons_left_ = comparisons_;
    for (const LikePair& pair : found_) met_.emplace(pair.a, pair.b);
    for (const auto& [key, block] : blocks_) {
      std::vector<std::size_t> members_here = members_of(block);
      for (const std::uint64_t order : orders) {
        std::sort(members_here.begin(), members_here.end(), [&](std::size_t i, std::size_t j) {
          return std::pair(place_in(order, records_[i].as), i) < std::pair(place_in(order, records_[j].as), j);
        });
        for (std::size_t i = 0; i < members_here.size(); ++i) {
          for (std::size_t j = i + 1; j < members_here.size() && j <= i + window; ++j) {
            const auto pair = std::minmax(members_here[i], members_here[j]);
            const bool here = is_looked_at_in(block, records_[pair.first], records_[pair.second]);
            if (here && met_.insert(pair).second) compare(block, pair.first, pair.second);
          }
        }
      }
    }
  }

  static std::vector<std::size_t> members_of(const Block& block) {
    std::vector<std::size_t> members = block.without_day;
    for (const auto& [day, of_day] : block.days) members.insert(members.end(), of_day.begin(), of_day.end());
    return members;
  }

  // By day; or by the least of the title's pairs when they are mixed, which two titles share as often as they share
  // pairs (MinHash; Broder, 1997).
  static std::uint64_t place_in(std::uint64_t order, const Comparable& as) {
    if (order == 0) return static_cast<std::uint64_t>(as.day.value_or(0));
    std::uint64_t least = UINT64_MAX;
    for (const std::uint64_t pair : as.title) {
      std::uint64_t mixed = (pair ^ order) * 0x9E3779B97F4A7C15;
      mixed = (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9;
      least = std::min(least, mixed ^ mixed >> 32);
    }
    return least;
  }

  // Those of one village are looked at there, and not once more among all of the county.
  static bool is_looked_at_in(const Block& block, const ComparedRecord& a, const ComparedRecord& b) {
    return block.village || !is_village(a.as.region) || a.as.region != b.as.region;
  }

  void compare(const Block& block, std::size_t i, std::size_t j) {
    if (comparisons_left_ == 0) {
      all_compared_ = false;
      return;
    }
    const ComparedRecord &a = records_[std::min(i, j)], &b = records_[std::max(i, j)];
    if (!a.in_month && !b.in_month) return;
    if (!is_looked_at_in(block, a, b)) return;
    --comparisons_left_;
    const PairPlace place{score_above(floor(), a.as, b.as), a.record, b.record};
    if (place.score < floor() || (after_ && !after_->before(place))) return;
    if (joined_.contains(std::minmax(a.record, b.record))) return;
    found_.push_back({std::min(i, j), std::max(i, j), place.score});
    std::push_heap(found_.begin(), found_.end(), in_order());
    if (found_.size() <= pairs_max_ + 1) return;
    std::pop_heap(found_.begin(), found_.end(), in_order());
    found_.pop_back();
  }

  // What a pair must score to be among those that are kept.
  Score floor() const { return found_.size() <= pairs_max_ ? related_from : found_.front().score; }

  InOrder in_order() const { return {records_}; }

  const std::span<const ComparedRecord> records_;
  const std::set<std::pair<RecordId, RecordId>>& joined_;
  const PairPlace* const after_;
  const std::size_t pairs_max_;
  const std::size_t comparisons_;
  std::size_t comparisons_left_;
  bool all_compared_ = true;
  std::map<std::string, Block> blocks_;
  std::set<std::pair<std::size_t, std::size_t>> met_;  // by neighbours, or found before
  std::vector<LikePair> found_;  // a heap, the last in order on top; one more than is asked for, to know of it
};

}  // namespace

bool PairPlace::before(const PairPlace& other) const {
  return std::tuple(other.score, a, b) < std::tuple(score, other.a, other.b);
}

LikePairs most_alike(std::span<const ComparedRecord> records, const std::set<std::pair<RecordId, RecordId>>& joined,
                     const PairPlace* after, std::size_t pairs_max, std::size_t comparisons) {
  return Search(records, joined, after, pairs_max, comparisons).run();
}

}  // namespace lianxin::server
