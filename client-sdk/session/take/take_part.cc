#include "client-sdk/session/take/take_part.h"

#include <algorithm>

#include "client-sdk/session/take/acked.h"
#include "client-sdk/session/take/known.h"
#include "client-sdk/session/take/page.h"
#include "sync/wire/codes.h"

namespace lianxin::client {
namespace {

// The server has what was offered; when nothing is left to offer the rows come anew from zero, and may go then.
void take_offered(const Part& part, StudioState& studio) {
  if (studio.pull.stage() != Pull::Stage::offering || !part.offering) return;
  if (!part.asked.offered.empty()) {
    studio.pull.note_offered(static_cast<std::int64_t>(part.asked.offered.size()));
    return;
  }
  studio.pull.restart();
  Rows(part.phone.db()).clear_fresh(studio.id);
}

// Where the server has answered and found nothing wrong; else what the problem says of lines that we took for known.
Status take_rows(const Part& part, StudioState& studio, Taken& taken) {
  if (part.reply.problem.empty()) {
    take_offered(part, studio);
    return take_page(part, studio, taken);
  }
  const bool sent_in_vain = !part.asked.push.entries.empty() && taken.pushed == 0 && !taken.restored;
  if (part.reply.problem == codes::not_found && sent_in_vain) {
    OwnChanges(part.phone.db()).forget_known(studio.id, studio.acked_n + 1);
    studio.asking_from = studio.acked_n + 1;
  }
  return {};
}

Result<Taken> take(const Part& part, StudioState studio) {
  Taken taken;
  take_acked(part, studio, taken);
  LX_CHECK(take_receipt(part));
  LX_TRY(const bool chain_stays, take_known(part, studio));
  LX_CHECK(mend_chain(part, studio, taken));
  LX_CHECK(take_rows(part, studio, taken));

  const N last = OwnChanges(part.phone.db()).last_n(studio.id);
  const bool nothing_waits = last == studio.acked_n && !studio.asking_from && chain_stays;
  taken.settled = nothing_waits && (taken.current || !studio.granted);
  taken.handed_over = part.reply.page.acked && part.reply.page.acked->n == last;
  // Handed over: that it is no longer ours is no news.
  if (studio.granted || !nothing_waits) taken.problem = part.reply.problem;
  studio.problem = taken.problem;
  Studios(part.phone.db()).save(studio);

  std::sort(taken.records.begin(), taken.records.end());
  taken.records.erase(std::unique(taken.records.begin(), taken.records.end()), taken.records.end());
  LX_CHECK(part.phone.refresh_list(studio, taken.records));
  return taken;
}

}  // namespace

Result<bool> shows_fork(PhoneCore& phone, const SyncReply& reply) {
  return phone.db().read([&]() -> Result<bool> {
    LX_CHECK(phone.in_turn());
    LX_TRY(const Identity who, phone.identity());
    OwnChanges own(phone.db());
    for (const StudioReply& part : reply.studios) {
      if (part.page.acked_n() == 0) continue;  // nothing of this device is there: that is no fork
      const std::optional<Hash> ours = own.h_at(who.key, part.studio, part.page.acked->n);
      if (!ours || *ours != part.page.acked->h) return true;
    }
    return false;
  });
}

Result<Taken> take_part(const Part& part) {
  return part.phone.db().write([&]() -> Result<Taken> {
    LX_CHECK(part.phone.in_turn());
    std::optional<StudioState> studio = Studios(part.phone.db()).find(part.asked.studio);
    if (!studio) return Taken{};
    return take(part, std::move(*studio));
  });
}

}  // namespace lianxin::client
