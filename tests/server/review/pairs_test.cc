#include "server/review/pairs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace lianxin;
using namespace lianxin::server;

namespace {

RecordId id_of(std::size_t n) {
  RecordId id;
  id.bytes[14] = static_cast<std::uint8_t>(n >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

using Joined = std::set<std::pair<RecordId, RecordId>>;

// Records as a county makes them, of few words so that many are alike.
std::vector<ComparedRecord> some_records(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  const auto one_of = [&](int choices) { return static_cast<int>(random() % static_cast<unsigned>(choices)); };
  const char* const words[] = {"路灯", "不亮", "村口", "水沟", "三组", "堵塞", "小学"};
  const char* const categories[] = {"", "市政/路灯", "市政/道路", "水利/沟渠"};
  const char* const regions[] = {"", "990121", "990121100", "990121100201", "990121100202", "990221100201"};
  const bool concern = one_of(2) == 0;
  std::vector<ComparedRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    Likeness likeness;
    likeness.form = concern ? Likeness::Form::concern : Likeness::Form::event;
    for (int word = one_of(4); word >= 0; --word) likeness.title += words[one_of(7)];
    likeness.category = categories[one_of(4)];
    likeness.region = regions[one_of(6)];
    if (one_of(20) > 0) likeness.day = 20'000 + one_of(one_of(2) == 0 ? 3 : 90);
    if (one_of(3) == 0) likeness.start = one_of(2) == 0 ? "09:00" : "15:00";
    for (int who = one_of(3); who > 0; --who) likeness.people.insert(std::string("人") + std::to_string(one_of(5)));
    records.push_back({id_of(i), Comparable(likeness), likeness.day && one_of(3) > 0});
  }
  return records;
}

std::string some_character(std::mt19937& random) {
  const std::uint32_t letter = 0x4E00 + static_cast<std::uint32_t>(random() % 4000);
  return {static_cast<char>(0xE0 | letter >> 12), static_cast<char>(0x80 | (letter >> 6 & 0x3F)),
          static_cast<char>(0x80 | (letter & 0x3F))};
}

// Every two of them held against each other.
std::vector<LikePair> all_pairs(const std::vector<ComparedRecord>& records, const Joined& joined) {
  std::vector<LikePair> pairs;
  for (std::size_t a = 0; a < records.size(); ++a) {
    for (std::size_t b = a + 1; b < records.size(); ++b) {
      if ((!records[a].in_month && !records[b].in_month) || !same_block(records[a].as, records[b].as)) continue;
      if (joined.contains(std::minmax(records[a].record, records[b].record))) continue;
      const Score score = score_above(0, records[a].as, records[b].as);
      if (score >= related_from) pairs.push_back({a, b, score});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const LikePair& x, const LikePair& y) { return x.score > y.score; });
  return pairs;
}

bool same(const LikePair& x, const LikePair& y) { return x.a == y.a && x.b == y.b && x.score == y.score; }

}  // namespace

TEST_SUITE("server/review/pairs") {
  TEST_CASE("page after page gives the pairs that holding every two against each other gives") {
    for (unsigned seed = 0; seed < 40; ++seed) {
      CAPTURE(seed);
      const auto records = some_records(seed, 80);
      const Joined joined{{id_of(1), id_of(2)}, {id_of(3), id_of(40)}};
      const std::vector<LikePair> all = all_pairs(records, joined);
      std::vector<LikePair> found;
      std::optional<PairPlace> after;
      for (bool more = true; more;) {
        const LikePairs page = most_alike(records, joined, after ? &*after : nullptr, 7);
        CHECK(page.all_compared);
        found.insert(found.end(), page.pairs.begin(), page.pairs.end());
        more = page.more;
        CHECK((page.pairs.size() == 7 || !more));
        if (more) after = {found.back().score, records[found.back().a].record, records[found.back().b].record};
      }
      CHECK(found.size() == all.size());
      CHECK(std::equal(found.begin(), found.end(), all.begin(), all.end(), same));
    }
  }

  TEST_CASE("what is too much to compare is said and those of one day come first") {
    auto records = some_records(3, 400);
    for (std::size_t i = 0; i < records.size(); ++i) {
      Likeness likeness;
      likeness.title = "上柳湾村三组";
      likeness.region = "990121100201";
      likeness.category = "household";
      likeness.day = 20'000 + static_cast<std::int64_t>(i % 40);
      records[i] = {id_of(i), Comparable(likeness), true};
    }
    const LikePairs cut = most_alike(records, {}, nullptr, 100'000, 2000);
    CHECK_FALSE(cut.all_compared);
    REQUIRE(cut.pairs.size() >= 2000);
    CHECK(cut.pairs.size() <= 4000);
    CHECK(cut.pairs.front().score == 725'000);
    CHECK(std::count_if(cut.pairs.begin(), cut.pairs.end(), [](const LikePair& p) { return p.score == 725'000; }) ==
          40 * 45);
    std::set<std::pair<std::size_t, std::size_t>> each_once;
    for (const LikePair& pair : cut.pairs) CHECK(each_once.emplace(pair.a, pair.b).second);
    // A page of the best needs no more than those of one day.
    const LikePairs page = most_alike(records, {}, nullptr, 200, 2000);
    CHECK(page.all_compared);
    CHECK(page.more);
    CHECK(page.pairs.size() == 200);
  }

  TEST_CASE("of ten thousand concerns of one village and day the same one written twice is found among the first") {
    std::vector<ComparedRecord> records;
    std::mt19937 random(5);
    for (std::size_t i = 0; i < 10'000; ++i) {
      Likeness likeness;
      likeness.form = Likeness::Form::concern;
      for (int word = 0; word < 8; ++word) likeness.title += some_character(random);
      likeness.region = "990121100201";
      likeness.category = "市政/路灯";
      likeness.day = 20'000;
      records.push_back({id_of(i), Comparable(likeness), true});
    }
    Likeness twice;
    twice.form = Likeness::Form::concern;
    twice.title = "上柳湾村三组路灯不亮";
    twice.region = "990121100201";
    twice.category = "市政/路灯";
    twice.day = 20'000;
    records[1234] = {id_of(1234), Comparable(twice), true};
    twice.title += "了";
    records[8765] = {id_of(8765), Comparable(twice), true};
    const LikePairs page = most_alike(records, {}, nullptr, 200);
    CHECK_FALSE(page.all_compared);
    REQUIRE_FALSE(page.pairs.empty());
    CHECK(page.pairs.front().a == 1234);
    CHECK(page.pairs.front().b == 8765);
  }
}
