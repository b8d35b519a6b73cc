#include "server/review/pairs.h"

#include <algorithm>
#include <map>
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
      : records_(records), joined_(joined), after_(after), pairs_max_(pairs_max), comparisons_left_(comparisons) {}

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

  void compare(const Block& block, std::size_t i, std::size_t j) {
    if (comparisons_left_ == 0) {
      all_compared_ = false;
      return;
    }
    const ComparedRecord &a = records_[std::min(i, j)], &b = records_[std::max(i, j)];
    if (!a.in_month && !b.in_month) return;
    // Those of one village are looked at there.
    if (!block.village && is_village(a.as.region) && a.as.region == b.as.region) return;
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
  std::size_t comparisons_left_;
  bool all_compared_ = true;
  std::map<std::string, Block> blocks_;
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
