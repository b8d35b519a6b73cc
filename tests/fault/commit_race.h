// One studio, devices that commit at the same time, and readers that follow its log page by page meanwhile.
#pragma once

#include <map>

#include "schema/kind.h"
#include "sync/server/feed.h"
#include "sync/server/rules.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::test {

// The studio and what everybody goes by. Shared by all threads, and not changed.
struct RaceStudio {
  explicit RaceStudio(const Catalog& kinds);

  Rules rules(Random& random) const;

  const Catalog& catalog;
  StudioId studio;
  StudioPlace place;
  MemberId member;
  std::vector<Grant> grants;
  SelfDevice self;
  std::vector<RecordId> records;  // written to by everybody
};

// A device that pushes changes of its own through the real push(), one after the other.
class Committer {
 public:
  Committer(const RaceStudio& race, Store& store, std::uint64_t seed);

  Status push_some(int pushes);
  std::int64_t changes() const { return changes_; }

 private:
  std::string next_line();

  const RaceStudio& race_;
  Store& store_;
  SeededRandom random_;
  SelfDevice device_;
  N n_ = 0;
  Hash h_{};
  std::int64_t changes_ = 0;
};

// What one page said, for judging it when the whole log is known.
struct PageSeen {
  Seq from = 0, to = 0;  // cursors
  Seq head = 0;          // of the log, in the same snapshot
  bool more = false;
  std::map<RecordId, Seq> rows;  // and their last_seq
};

// Follows the log by cursors, as a phone does that has written nothing.
class Follower {
 public:
  Follower(const RaceStudio& race, Store& store, std::size_t page_bytes);

  // One page. Fails where a page is wrong by itself: a cursor that does not move, a row twice, a digest that is not the
  // rows'.
  Status poll();
  bool caught_up_with(Seq seq) const { return !pages_.empty() && !pages_.back().more && pages_.back().to == seq; }
  const std::vector<PageSeen>& pages() const { return pages_; }

 private:
  Status take(const Page& page, Seq head);

  const RaceStudio& race_;
  Store& store_;
  Asker asker_;
  std::vector<PageSeen> pages_;
  std::map<RecordId, Digest> digests_;
};

// The log as it is in the end: dense and hashed through. Then every page held exactly the records whose last change
// up to the head it was read at lies within it (PROTOCOL 1.5). Empty when all is well; else what was not.
std::string judge(Store& store, const RaceStudio& race, std::span<const Follower> followers, std::int64_t changes);

}  // namespace lianxin::test
