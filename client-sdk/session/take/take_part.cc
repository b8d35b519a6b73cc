#include "client-sdk/session/take/take_part.h"

#include <algorithm>

#include "client-sdk/session/take/acked.h"
#include "client-sdk/session/take/known.h"
#include "client-sdk/session/take/offered.h"
#include "client-sdk/session/take/page.h"
#include "sync/wire/codes.h"

namespace lianxin::client {
namespace {

// Where the server has answered and found nothing wrong; else what the problem says of lines that we took for known.
Result<PageTaken> take_rows(const Part& part, const Acked& acked, StudioState& studio) {
  if (part.reply.problem.empty()) {
    take_offered(part, studio);
    return take_page(part, studio);
  }
  const bool sent_in_vain = !part.asked.push.entries.empty() && acked.pushed == 0 && !acked.restored;
  if (part.reply.problem == codes::not_found && sent_in_vain) {
    OwnChanges(part.phone.db()).forget_known(studio.id, studio.acked_n + 1);
    studio.asking_from = studio.acked_n + 1;
  }
  return PageTaken{};
}

Status show(PhoneCore& phone, const StudioState& studio, std::vector<RecordId> records) {
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return phone.refresh_list(studio, records);
}

void append(std::vector<RecordId>& records, const std::vector<RecordId>& more) {
  records.insert(records.end(), more.begin(), more.end());
}

Result<Taken> take(const Part& part, StudioState studio) {
  OwnChanges own(part.phone.db());
  const Acked acked = take_acked(part, studio);
  LX_CHECK(take_receipt(part));
  LX_TRY(const bool chain_stays, take_known(part, studio));
  LX_TRY(const std::vector<RecordId> damaged, mend_chain(part, studio));
  LX_TRY(const PageTaken page, take_rows(part, acked, studio));

  const N last = own.last_n(studio.id);
  const bool nothing_waits = last == studio.acked_n && !studio.asking_from && chain_stays;
  Taken taken{acked.pushed,
              page.rows,
              nothing_waits && (page.current || !studio.granted),
              part.reply.page.acked && part.reply.page.acked->n == last,
              acked.restored,
              page.summed,
              part.reply.problem};
  if (!studio.granted && nothing_waits) taken.problem.clear();  // handed over: that it is no longer ours is no news
  studio.problem = taken.problem;
  Studios(part.phone.db()).save(studio);

  std::vector<RecordId> records = acked.records;
  append(records, damaged);
  append(records, page.records);
  LX_CHECK(show(part.phone, studio, std::move(records)));
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
