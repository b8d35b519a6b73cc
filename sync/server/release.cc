#include "sync/server/release.h"

#include "sync/server/log_writer.h"

namespace lianxin {
namespace {

// Releases those of `held` that wait for the reason `code`, each in a transaction of its own.
Result<std::size_t> release_those(Store& store, const StudioId& studio, const Rules& rules,
                                  std::span<const ChangeId> held, std::string_view code) {
  std::size_t released = 0;
  for (const ChangeId& id : held) {
    bool done = false;
    const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
      done = false;
      LogWriter writer(txn, studio, rules);
      LX_CHECK(writer.open());
      const Replica::Known* known = writer.replica().find(id);
      if (!known || !known->change || known->logged.code != code || known->logged.applied_seq > 0) return {};
      LX_TRY(const ChainHead before, writer.chain(rules.self.device, chain_start(studio, rules.self.key)));
      Write write{{std::string(held_field), id.text(), {}}, Op::put, "release", {}, {}, {}};
      LX_CHECK(writer.take_own(rules.self, {known->change->record, known->change->kind, {}, {write}, 0}));
      done = true;
      return writer.finish_signed(rules.self, before);
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

}  // namespace lianxin
