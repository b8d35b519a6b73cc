// What became of what a receipt tells of (PROTOCOL 5.7).
#pragma once

#include "sync/log/store.h"
#include "sync/wire/receipt.h"

namespace lianxin {

struct StillThere {
  N acked_n = 0;         // of that device's changes, now
  bool changes = false;  // its chain has that h at that n: every one of those changes, as they were
  Seq seq = 0;           // of the log, now
  bool log = false;      // the log has that hash at that seq: nothing of it was lost or altered since
};

// Fails as the store does.
Result<StillThere> still_there(ReadTxn& snapshot, const Receipt& receipt);

}  // namespace lianxin
