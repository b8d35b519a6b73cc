// Makes the rows of a studio anew from its log where they are not what that makes of them (PROTOCOL 5.6), and where a
// phone differs. row_check.h looks without being asked.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "sync/log/mend.h"

namespace lianxin::server {

// Thread-safe. `store` must outlive this. What it remembers is an economy of this process; nothing depends on it.
class Mender {
 public:
  // `rebuilt`: hears of each studio that was made anew, and whether its rows were wrong (or a phone only differed).
  using Rebuilt = std::function<void(const StudioId&, const StudioHead&, bool wrong)>;
  Mender(Store& store, Rebuilt rebuilt) : store_(store), rebuilt_(std::move(rebuilt)) {}

  // A phone's rows sum to something else: sums these, unless they were right a moment ago, and rebuilds the studio
  // where they are not what its head says; on the phone's word alone once for each head of the log, and of each phone
  // only so often in a day.
  Status phone_differs(const DeviceId& device, const StudioId& studio, const Catalog& catalog, std::int64_t now_ms);

  // A row cannot be read, or a sum of them is wrong: sums them all at once, and rebuilds where that is wrong too. True:
  // they are right now, so what failed is worth another try.
  Result<bool> rows_doubted(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms);

 private:
  Result<bool> mend(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms, bool on_word_alone);

  std::mutex& lock_of(const StudioId& studio);

  Store& store_;
  const Rebuilt rebuilt_;
  std::mutex noting_;  // of the two below; never held while a studio is read
  MendingNotes notes_;
  // One for each studio, never removed: who comes while it is summed or rebuilt waits, and then reads what was mended.
  // Nobody waits for another studio's.
  std::map<StudioId, std::mutex> mending_;
};

}  // namespace lianxin::server
