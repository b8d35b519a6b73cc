#include "sync/server/act.h"

#include "sync/log/as_seen.h"
#include "sync/rules/gates.h"
#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

// Takes one draft, and says what stands in its way.
Result<std::vector<Refusal>> take(LogAppender& log, const Rules& rules, const SelfDevice& device, const Draft& draft,
                                  const SurroundingsOf& around) {
  LX_CHECK(log.load(draft.record));
  const Row before = log.replica().row(draft.record);
  LX_TRY(LogAppender::OwnTaken taken, log.take_own(device, draft));
  if (taken.refusal) return std::vector<Refusal>{std::move(*taken.refusal)};
  if (!around) return std::vector<Refusal>();
  const Row& after = log.replica().row(draft.record);
  const Surroundings surroundings = around(after);
  Act act{rules.catalog, before, after, taken.change, taken.roles, surroundings};
  Row saw;
  if (before.begun() && draft.seen < before.written()) {  // a verdict accepts what was on its screen, and no more
    LX_TRY(saw, row_as_of(log.txn(), rules.catalog, draft.record, draft.seen));
    if (saw.begun()) act.saw = &saw;
  }
  return obstacles_to(act);
}

}  // namespace

Result<ActDone> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                    std::span<const Draft> drafts, const SurroundingsOf& around) {
  ActDone done;
  const Status written = write_as(store, studio, rules, device, [&](LogAppender& log) -> Status {
    done = {};
    for (const Draft& draft : drafts) {
      LX_TRY(done.refused, take(log, rules, device, draft, around));
      if (!done.refused.empty()) return failure(Errc::not_allowed, done.refused.front().code);
    }
    done.seq = log.head().seq;
    return {};
  });
  if (!written && done.refused.empty()) return tl::unexpected(written.error());
  return done;
}

}  // namespace lianxin
