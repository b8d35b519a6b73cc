// Sums the rows of every studio in turn, each within limits::rows_summed_every_ms of the last time, and has mended what
// is not what its log makes of it (PROTOCOL 5.6). Nobody waits for it: it reads a slice of rows at a time.
#pragma once

#include <functional>
#include <vector>

#include "sync/log/mend.h"

namespace lianxin::server {

class Mender;

// Threads: one. `store` and `mender` must outlive this.
class RowCheck {
 public:
  RowCheck(Store& store, Mender& mender) : store_(store), mender_(mender) {}

  // As many slices as it takes to be by `now_ms` where an even pace through all studios would be. `stop`: asked before
  // each; once it says true, this returns. Errors: the store's; the studio that could not be read is left to the next
  // round.
  Status look(const Catalog& catalog, std::int64_t now_ms, const std::function<bool()>& stop);

 private:
  struct Length {
    StudioId studio;
    Seq rows_up_to = 0;  // when the round began
  };

  Status begin_round(std::int64_t now_ms);
  bool behind(std::int64_t now_ms) const;
  Status next_slice(const Catalog& catalog, std::int64_t now_ms);
  void next_studio();

  Store& store_;
  Mender& mender_;
  std::vector<Length> round_;  // the studios of this round
  std::size_t studio_ = 0;     // the one that is summed now; round_.size(): all are done
  RowsSum sum_;                // of it
  std::int64_t by_sensitivities_ = 0;
  std::int64_t began_ms_ = INT64_MIN;
  Seq total_ = 0, done_ = 0;  // of the round; `done_` is of the studios before this one
};

}  // namespace lianxin::server
