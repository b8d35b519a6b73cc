// Keeps the rows of this server's studios what their logs make of them (PROTOCOL 5.6): looks when a phone has caught up,
// and rebuilds where they are not, or where a phone differs.
#pragma once

#include <map>
#include <mutex>

#include "sync/server/mend.h"

namespace lianxin::server {

// Thread-safe. `store` must outlive this. What it remembers is an economy of this process; nothing depends on it.
class Mender {
 public:
  explicit Mender(Store& store) : store_(store) {}

  // Before a phone is told that it is caught up: sums the rows, no oftener than limits::rows_summed_every_ms, and
  // rebuilds the studio where they are not what its head says.
  Status look(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms);

  // A phone's rows sum to something else: as look(), but at once, unless they were right a moment ago; and on its word
  // alone rebuilt once for each head of the log.
  Status phone_differs(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms);

  // A row could not be read. True: now they all can, so it is worth another try.
  Result<bool> row_unreadable(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms);

 private:
  Result<bool> mend(const StudioId& studio, const Catalog& catalog, std::int64_t now_ms, bool on_word_alone);

  std::mutex& lock_of(const StudioId& studio);

  Store& store_;
  std::mutex noting_;  // of the two below; never held while a studio is read
  MendingNotes notes_;
  // One for each studio, never removed: who comes while it is summed or rebuilt waits, and then reads what was mended.
  // Nobody waits for another studio's.
  std::map<StudioId, std::mutex> mending_;
};

}  // namespace lianxin::server
