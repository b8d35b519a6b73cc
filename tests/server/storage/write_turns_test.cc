#include "server/storage/sqlite/write_turns.h"

#include <doctest/doctest.h>

#include <string>

using namespace lianxin;
using namespace lianxin::server;

namespace {

StudioId studio(std::uint8_t n) {
  StudioId id;
  id.bytes.fill(n);
  return id;
}

// Jobs that are told apart by their studio's number, and take what the test says.
struct Writer {
  WriteTurns<int> turns;
  int job = 0;

  void add(std::uint8_t whose, int jobs) {
    for (int i = 0; i < jobs; ++i) turns.add(studio(whose), &job);
  }
  // The studios of the next group, whose jobs take what `us` says of each.
  template <class F>
  std::string group(std::size_t jobs_max, std::int64_t slice_us, const F& us) {
    std::vector<WriteTurns<int>::Turn> taken;
    turns.take(jobs_max, slice_us, taken);
    std::string whose;
    for (const auto& turn : taken) {
      whose += std::to_string(turn.whose.bytes[0]);
      turns.took(turn, us(turn.whose.bytes[0]));
    }
    return whose;
  }
};

}  // namespace

TEST_SUITE("server/storage/write_turns") {
  TEST_CASE("jobs of one studio are done in their order, as many together as a group takes") {
    WriteTurns<int> turns;
    int jobs[5];
    for (int& job : jobs) turns.add(studio(1), &job);
    std::vector<WriteTurns<int>::Turn> taken;
    turns.take(3, 1'000, taken);
    REQUIRE(taken.size() == 3);
    for (int i = 0; i < 3; ++i) CHECK(taken[static_cast<std::size_t>(i)].job == &jobs[i]);
    CHECK(turns.size() == 2);
    taken.clear();
    turns.take(3, 1'000, taken);
    CHECK(taken.size() == 2);
    CHECK(turns.empty());
  }
  TEST_CASE("a studio with many jobs, or with long ones, lets the others in between") {
    Writer writer;
    const auto us = [](int whose) { return whose == 1 ? 100'000 : 1'000; };
    writer.add(1, 40);
    CHECK(writer.group(1, 50'000, us) == "1");
    CHECK(writer.group(64, 50'000, us).size() > 0);  // what it costs is known only now
    std::string order;
    for (int i = 0; i < 20; ++i) {
      writer.add(2, 1);
      order += writer.group(64, 50'000, us) + " ";
    }
    // The first of the other is next, and none of a hundred short ones ever waits for two of the long.
    CHECK(order.starts_with("2 "));
    CHECK(order.find("1 1 ") == std::string::npos);
    CHECK(order.find("12") == std::string::npos);  // nor is a long one done before a short one in one transaction
  }
  TEST_CASE("each studio has the same share of the time, whatever its jobs take") {
    Writer writer;
    std::int64_t spent[4] = {};
    for (std::uint8_t whose = 1; whose <= 3; ++whose) writer.add(whose, 400);
    const auto us = [&](int whose) {
      const std::int64_t job_us = whose * 10'000;
      spent[whose] += job_us;
      return job_us;
    };
    for (int i = 0; i < 300; ++i) (void)writer.group(1, 50'000, us);
    CHECK(std::max({spent[1], spent[2], spent[3]}) - std::min({spent[1], spent[2], spent[3]}) <= 60'000);
  }
  TEST_CASE("who was away has saved nothing up, and who was slow once is not taken for slow") {
    Writer writer;
    writer.add(1, 100);
    for (int i = 0; i < 90; ++i) (void)writer.group(1, 50'000, [](int) { return 10'000; });
    writer.add(2, 100);
    std::string order;
    for (int i = 0; i < 8; ++i) order += writer.group(1, 50'000, [](int) { return 10'000; });
    CHECK(std::count(order.begin(), order.end(), '1') >= 3);

    Writer other;
    other.add(1, 1);
    (void)other.group(64, 50'000, [](int) { return 900'000; });
    other.add(1, 10);
    CHECK(other.group(64, 50'000, [](int) { return 100; }).size() == 10);
  }
}
