#include "sync/server/act.h"

#include "sync/server/log_writer.h"

namespace lianxin {

Result<Seq> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                std::span<const Draft> drafts) {
  Seq seq = 0;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    LogWriter writer(txn, studio, rules);
    LX_CHECK(writer.open());
    LX_TRY(const ChainHead before, writer.chain(device.device, chain_start(studio, device.key)));
    for (const Draft& draft : drafts) LX_CHECK(writer.take_own(device, draft));
    seq = writer.head().seq;
    return writer.finish_signed(device, before);
  });
  if (!written) return tl::unexpected(written.error());
  return seq;
}

}  // namespace lianxin
