// What the server's side does of itself: a coordinator's acts, late releases.
#include "sync/server/ingest.h"
#include "sync/server/intake.h"

namespace lianxin {
namespace {

// Takes one change of `actor` as the next of its chain and signs it, or fails with why it would be held.
Status take_own(Intake& intake, const SelfDevice& actor, const StudioId& studio, const Draft& draft) {
  LX_CHECK(intake.chain(actor.device, chain_start(studio, actor.key)));
  // Read back as a replay will read it: what passes here passes there, and the bounds of a line hold for desks as well.
  std::string line = line_of(intake.make(actor, draft));
  LX_TRY(const Change change, parse_line(line));
  LX_CHECK(intake.prefetch({change}));
  LX_TRY(const Intake::Taken taken, intake.take({actor.device, nullptr}, std::move(line), change));
  if (taken.outcome == Outcome::held) return failure(Errc::not_allowed, taken.code);
  return {};
}

}  // namespace

Result<Seq> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                std::span<const Draft> drafts) {
  Seq seq = 0;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    Intake intake(txn, studio, rules);
    LX_CHECK(intake.open());
    LX_TRY(const ChainHead before, intake.chain(device.device, chain_start(studio, device.key)));
    for (const Draft& draft : drafts) LX_CHECK(take_own(intake, device, studio, draft));
    seq = intake.head().seq;
    return intake.finish_signed(device, before);
  });
  if (!written) return tl::unexpected(written.error());
  return seq;
}

namespace {

// Releases those of `held` that wait for the reason `code`, each in a transaction of its own.
Result<std::size_t> release_those(Store& store, const StudioId& studio, const Rules& rules,
                                  std::span<const ChangeId> held, std::string_view code) {
  std::size_t released = 0;
  for (const ChangeId& id : held) {
    bool done = false;
    const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
      done = false;
      Intake intake(txn, studio, rules);
      LX_CHECK(intake.open());
      const Replica::Known* known = intake.replica().find(id);
      if (!known || !known->change || known->logged.code != code || known->logged.applied_seq > 0) return {};
      LX_TRY(const ChainHead before, intake.chain(rules.self.device, chain_start(studio, rules.self.key)));
      Write write{{std::string(held_field), id.text(), {}}, Op::put, "release", {}, {}, {}};
      LX_CHECK(take_own(intake, rules.self, studio, {known->change->record, known->change->kind, {}, {write}, 0}));
      done = true;
      return intake.finish_signed(rules.self, before);
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
