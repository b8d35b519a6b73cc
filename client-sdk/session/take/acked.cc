#include "client-sdk/session/take/acked.h"

#include <algorithm>

#include "client-sdk/store/receipts.h"

namespace lianxin::client {

void take_acked(const Part& part, StudioState& studio, Taken& taken) {
  if (!part.reply.page.acked) return;
  const N before = studio.acked_n, now = part.reply.page.acked->n;
  OwnChanges own(part.phone.db());
  taken.pushed = std::max<N>(0, now - before);
  taken.restored = now < before;
  taken.records = own.records_between(studio.id, std::min(now, before), std::max(now, before));
  if (taken.restored) {
    own.forget_known(studio.id, now + 1);
    if (studio.asking_from) studio.asking_from = std::min(*studio.asking_from, now + 1);
  }
  studio.acked_n = now;
}

Status take_receipt(const Part& part) {
  if (!part.reply.receipt) return {};
  const Receipt& receipt = *part.reply.receipt;
  LX_TRY(const Identity who, part.phone.identity());
  const bool fits = receipt.device == who.device && receipt.studio == part.reply.studio &&
                    part.reply.page.acked == ChainHead{receipt.acked_n, receipt.h};
  return fits ? Receipts(part.phone.db()).keep(receipt) : Status();
}

}  // namespace lianxin::client
