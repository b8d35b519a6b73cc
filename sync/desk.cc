// What the server's side does of itself: a coordinator's acts, witnessed heads, late releases.
#include "sync/ingest.h"
#include "sync/intake.h"
#include "sync/limits.h"

namespace lianxin {
namespace {

// Takes one change of `actor` as the next of its chain and signs it, or fails with why it would be held.
Status take_own(Intake& intake, const SelfDevice& actor, const StudioId& studio, const Draft& draft) {
  LX_CHECK(intake.chain(actor.device, chain_start(studio, actor.key)));
  const Change change = intake.make(actor, draft);
  LX_CHECK(intake.prefetch({change}));
  LX_TRY(const Intake::Taken taken, intake.take({actor.device, nullptr}, line_of(change), change));
  if (taken.outcome == Outcome::held) return failure(Errc::not_allowed, taken.code);
  return {};
}

Status finish_signed(Intake& intake, const SelfDevice& actor, const StudioId& studio, const ChainHead& before) {
  LX_TRY(const ChainHead now, intake.chain(actor.device, {}));
  const Signature signature = sign(actor.secret, push_message(actor.device, studio, before.n + 1, now.h));
  return intake.finish(actor.device, PushSignature{before.n + 1, now.n, signature});
}

bool has_head(const Row& row, const OfferedHead& offered) {
  const Cell* cell = row.cell(offered.at.text());
  return cell && cell->step(offered.head.id);
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
    return finish_signed(intake, device, studio, before);
  });
  if (!written) return tl::unexpected(written.error());
  return seq;
}

Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules,
                                   std::span<const OfferedHead> heads) {
  if (heads.size() > limits::offered_heads_max) return failure(Errc::out_of_range, "offered_heads_max");
  std::size_t taken = 0;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    taken = 0;
    Intake intake(txn, studio, rules);
    LX_CHECK(intake.open());
    LX_TRY(const ChainHead before, intake.chain(rules.self.device, chain_start(studio, rules.self.key)));
    for (const OfferedHead& offered : heads) {
      if (intake.replica().find(offered.head.id)) continue;  // its line is here, whatever became of it
      Write write{offered.at, Op::witness, {}, {}, offered.head.bases, head_value(offered.head)};
      const Draft draft{offered.record, offered.kind, {}, {std::move(write)}, 0};
      Change change = intake.make(rules.self, draft);
      LX_CHECK(intake.prefetch({change}));
      if (has_head(intake.replica().row(offered.record), offered)) continue;
      LX_TRY(const Intake::Taken outcome, intake.take({rules.self.device, nullptr}, line_of(change), change));
      taken += outcome.outcome == Outcome::applied ? 1 : 0;
    }
    return finish_signed(intake, rules.self, studio, before);
  });
  if (!written) return tl::unexpected(written.error());
  return taken;
}

Result<std::size_t> release_known_kinds(Store& store, const StudioId& studio, const Rules& rules,
                                        std::span<const ChangeId> held) {
  std::size_t released = 0;
  for (const ChangeId& id : held) {
    const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
      Intake intake(txn, studio, rules);
      LX_CHECK(intake.open());
      const Replica::Known* known = intake.replica().find(id);
      if (!known || !known->change || known->logged.code != "kinds_newer") return {};
      LX_TRY(const ChainHead before, intake.chain(rules.self.device, chain_start(studio, rules.self.key)));
      Write write{{std::string(held_field), id.text(), {}}, Op::put, "release", {}, {}, {}};
      LX_CHECK(take_own(intake, rules.self, studio, {known->change->record, known->change->kind, {}, {write}, 0}));
      return finish_signed(intake, rules.self, studio, before);
    });
    // Not yet, or not at all: it stays held, for a coordinator.
    if (!written && written.error().code == Errc::not_allowed) continue;
    if (!written) return tl::unexpected(written.error());
    ++released;
  }
  return released;
}

}  // namespace lianxin
