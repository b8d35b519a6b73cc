#include "client-sdk/session/take/known.h"

#include "client-sdk/store/damaged_changes.h"
#include "sync/wire/codes.h"

namespace lianxin::client {

Result<bool> take_known(const Part& part, StudioState& studio) {
  // A studio that was taken away still takes, and answers, what this phone has not handed over.
  const bool answered = part.reply.problem.empty() || part.reply.problem == codes::not_granted;
  if (!part.reply.page.acked || !answered) return true;
  OwnChanges own(part.phone.db());
  own.mark_known(studio.id, part.reply.known);
  if (!studio.asking_from || part.asked.asked.empty()) return true;
  const AskedLines asked = own.asked_from(studio.id, *studio.asking_from, part.asked.asked.size());
  if (asked.ids != part.asked.asked) return true;  // it was asked from another place: the next request asks again
  studio.asking_from = asked.next;
  if (asked.next <= own.last_n(studio.id)) return true;
  studio.asking_from.reset();
  const std::vector<OwnChange> lost = own.drop_lost(studio.id, studio.acked_n);
  if (lost.empty()) return true;
  DamagedChanges(part.phone.db()).note(Damage::lost, lost);
  part.phone.want_new_key();
  return false;
}

Status mend_chain(const Part& part, const StudioState& studio, Taken& taken) {
  if (!part.reply.page.acked || studio.asking_from) return {};
  LX_TRY(const Identity who, part.phone.identity());
  LX_TRY(const std::vector<OwnChange> damaged, OwnChanges(part.phone.db()).mend(who.key, studio.id, studio.acked_n));
  DamagedChanges(part.phone.db()).note(Damage::altered, damaged);
  for (const OwnChange& change : damaged) taken.records.push_back(change.record);
  return {};
}

}  // namespace lianxin::client
