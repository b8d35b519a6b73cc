// A store whose every write rests between the moment its lines have their numbers and the moment they are committed,
// and now and then fails there and is run again. Whoever could read a number before its commit, or be given a smaller
// one after it, has all the time in the world to do so here.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "schema/assert.h"
#include "sync/log/store.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::test {

class RestingStore final : public Store {
 public:
  RestingStore(Store& inner, std::uint64_t seed) : inner_(inner), seed_(seed) {}  // `inner` must outlive this

  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override {
    SeededRandom random(seed_ * 1'000'003 + writes_++);
    const std::chrono::microseconds rest(random.between(0, 1000));
    const auto numbered_and_rested = [&](WriteTxn& txn) -> Status {
      LX_CHECK(f(txn));
      std::this_thread::sleep_for(rest);
      return {};
    };
    if (random.chance(12)) {
      const Status undone = inner_.write(studio, [&](WriteTxn& txn) -> Status {
        LX_CHECK(numbered_and_rested(txn));
        return failure(Errc::busy, "as a serialization failure would");
      });
      LX_ASSERT(!undone);
      ++undone_;
    }
    return inner_.write(studio, numbered_and_rested);
  }

  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override {
    return inner_.read(studio, f);
  }
  Result<std::vector<StudioId>> studios() override { return inner_.studios(); }

  int undone() const { return undone_; }  // writes that had to be run again

 private:
  Store& inner_;
  const std::uint64_t seed_;
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<int> undone_ = 0;
};

}  // namespace lianxin::test
