// The store that keeps nothing: for simulations and tests, where it must be fast and behave as the engines that do.
// Promises: those of sync/log/store.h, but for durability. Readers of one studio run beside each other, a writer alone;
// studios do not wait for one another, unless both ask what belongs to whom. Threads: safe from any. A function that is
// running in a transaction must not enter the store again: it would wait for itself.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "sync/log/store.h"

namespace lianxin::server {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override;
  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override;
  Result<std::vector<StudioId>> studios() override;  // in order of their ids

  std::unique_ptr<MemoryStore> copy();            // as it is now, studio by studio: what a backup would hold
  std::map<ReferenceName, std::string> owners();  // what belongs to whom by now

 private:
  struct Studio;
  template <class Port>
  class Reading;
  class Writing;

  Studio& studio_of(const StudioId& id);

  std::mutex mutex_;         // of the map only; each studio has a lock of its own
  std::mutex owners_mutex_;  // of owners_; taken after a studio's
  std::map<ReferenceName, std::string> owners_;
  std::unordered_map<StudioId, std::unique_ptr<Studio>> studios_;
};

}  // namespace lianxin::server
