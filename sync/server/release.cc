#include "sync/server/release.h"

#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

// Releases those of `held` that wait for the reason `code`, each in a transaction of its own.
Result<std::size_t> release_those(Store& store, const StudioId& studio, const Rules& rules,
                                  std::span<const ChangeId> held, std::string_view code) {
  std::size_t released = 0;
  for (const ChangeId& id : held) {
    bool done = false;
    const Status written = write_as(store, studio, rules, rules.self, [&](LogAppender& log) -> Status {
      const Replica::Known* known = log.replica().find(id);
      done = known && known->change && known->logged.code == code && known->logged.applied_seq == 0;
      if (!done) return {};
      const Draft release{known->logged.record, known->change->kind, {}, {release_of(id)}, 0};
      LX_TRY(const LogAppender::OwnTaken taken, log.take_own(rules.self, release));
      if (taken.refusal) return failure(Errc::not_allowed, taken.refusal->code);
      return {};
    });
    // Not yet, or not at all: it stays held, for a coordinator.
    if (!written && written.error().code == Errc::not_allowed) continue;
    if (!written) return tl::unexpected(written.error());
    released += done ? 1 : 0;
  }
  return released;
}

}  // namespace

Result<std::size_t> release_known_kinds(Store& store, const StudioId& studio, const Rules& rules,
                                        std::span<const ChangeId> held) {
  return release_those(store, studio, rules, held, "kinds_newer");
}

Result<std::size_t> release_granted(Store& store, const StudioId& studio, const Rules& rules,
                                    std::span<const ChangeId> held) {
  return release_those(store, studio, rules, held, "awaits_grant");
}

Result<std::size_t> release_approved(Store& store, const StudioId& studio, const Rules& rules,
                                     std::span<const ChangeId> held) {
  return release_those(store, studio, rules, held, "studio_not_approved");
}

}  // namespace lianxin
