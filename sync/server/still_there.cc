#include "sync/server/still_there.h"

namespace lianxin {

Result<StillThere> still_there(ReadTxn& snapshot, const Receipt& receipt) {
  StillThere now;
  LX_TRY(const ChainHead chain, snapshot.chain(receipt.device));
  LX_TRY(const std::optional<ChainEntry> entry, snapshot.chain_entry(receipt.device, receipt.acked_n));
  LX_TRY(const StudioHead head, snapshot.head());
  LX_TRY(const std::optional<Hash> log_hash, snapshot.log_hash(receipt.seq));
  now.acked_n = chain.n;
  now.changes = entry && entry->h == receipt.h;
  now.seq = head.seq;
  now.log = log_hash == receipt.log_hash;
  return now;
}

}  // namespace lianxin
