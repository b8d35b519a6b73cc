// F8: sixteen devices commit at once into a store that rests between numbering and commit, while readers follow the log
// every millisecond. Seq is dense, and the pages from cursor to cursor are exactly what changed (PROTOCOL 1.5).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "tests/fault/commit_race.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/fault/resting_store.h"
#include "tests/schema/kinds_folder.h"
#include "tests/server/storage/engines.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr int committers = 16, pushes = 4;

struct Round {
  std::string wrong;  // empty when all is well
  std::int64_t changes = 0;
  std::size_t pages = 0, pages_with_more = 0;
  int undone = 0;
};

// Polls until `done` and then until the head.
std::string follow(Follower& follower, Store& store, const StudioId& studio, const std::atomic<bool>& done) {
  while (true) {
    const bool last = done;
    if (const Status polled = follower.poll(); !polled) return polled.error().message;
    if (!follower.pages().back().more) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (!last) continue;
    Seq head = 0;
    const Status read = store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const StudioHead at, snapshot.head());
      head = at.seq;
      return {};
    });
    if (!read) return read.error().message;
    if (follower.caught_up_with(head)) return {};
  }
}

Round play(Store& engine, std::uint64_t seed) {
  RestingStore store(engine, seed);
  const RaceStudio race(shipped_catalog());
  std::vector<Committer> writers;
  for (std::uint64_t i = 0; i < committers; ++i) writers.emplace_back(race, store, seed * 100 + i);
  std::vector<Follower> followers;
  for (const std::size_t page_bytes : {1u, 3'000u, 1u << 20}) followers.emplace_back(race, store, page_bytes);

  std::vector<std::string> said(writers.size() + followers.size());
  std::atomic<bool> done = false;
  std::vector<std::thread> writing, following;
  for (std::size_t i = 0; i < followers.size(); ++i) {
    following.emplace_back([&, i] { said[writers.size() + i] = follow(followers[i], store, race.studio, done); });
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    writing.emplace_back([&, i] {
      if (const Status pushed = writers[i].push_some(pushes); !pushed) said[i] = pushed.error().message;
    });
  }
  for (std::thread& thread : writing) thread.join();
  done = true;
  for (std::thread& thread : following) thread.join();

  Round round;
  for (const std::string& sentence : said) round.wrong += sentence;
  for (const Committer& writer : writers) round.changes += writer.changes();
  if (round.wrong.empty()) round.wrong = judge(store, race, followers, round.changes);
  for (const Follower& follower : followers) {
    round.pages += follower.pages().size();
    for (const PageSeen& page : follower.pages()) round.pages_with_more += page.more ? 1 : 0;
  }
  round.undone = store.undone();
  return round;
}

}  // namespace

TEST_SUITE("fault/commit_race") {
  TEST_CASE_TEMPLATE("no page misses or repeats a change however commits interleave (PROTOCOL 1.5)", Engine,
                     ALL_ENGINES) {
    const char* asked = std::getenv("LIANXIN_ROUNDS");
    const int rounds = asked ? std::atoi(asked) : 50;
    const char* first = std::getenv("LIANXIN_SEED");
    const std::uint64_t first_seed = first ? std::strtoull(first, nullptr, 10) : 1;
    Round all;
    for (int i = 0; i < rounds; ++i) {
      const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(i);
      CAPTURE(seed);
      Engine engine;
      const Round round = play(engine.store(), seed);
      REQUIRE(round.wrong == "");
      all.changes += round.changes;
      all.pages += round.pages;
      all.pages_with_more += round.pages_with_more;
      all.undone += round.undone;
    }
    MESSAGE(rounds << " rounds, " << all.changes << " changes, " << all.pages << " pages, " << all.pages_with_more
                   << " of them not the last, " << all.undone << " commits undone and run again");
    CHECK(all.pages_with_more > 0);
    CHECK(all.undone > 0);
  }
}
