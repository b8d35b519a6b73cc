// What the server's side does of itself: a coordinator's acts, witnessed heads, late releases.
#include <algorithm>

#include "schema/json.h"
#include "schema/validate.h"
#include "sync/ingest.h"
#include "sync/intake.h"
#include "sync/limits.h"

namespace lianxin {
namespace {

constexpr std::int32_t ladder_cycles_max = 1000;  // of a witnessed step: no workflow was begun so often

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

Status finish_signed(Intake& intake, const SelfDevice& actor, const StudioId& studio, const ChainHead& before) {
  LX_TRY(const ChainHead now, intake.chain(actor.device, {}));
  const Signature signature = sign(actor.secret, push_message(actor.device, studio, before.n + 1, now.h));
  return intake.finish(actor.device, PushSignature{before.n + 1, now.n, signature});
}

// The head as far as it can be believed; nothing where it could not have been written so.
std::optional<Head> believable(const Rules& rules, const Access& asker, const OfferedHead& offered) {
  const Field* field = rules.catalog.field(offered.kind, offered.at.field);
  if (!field || visibility(asker, rules.catalog, offered.kind, offered.at.field) != Visibility::visible) return {};
  Head head = offered.head;
  head.own = false;
  head.clock = std::min(head.clock, Hlc::at(rules.server_ms + limits::forward_clock_ms_max));
  const bool by_server = head.member == rules.self.member;
  const Access author = by_server ? server_access(head.member)
                                  : access_of(head.member, rules.grants, rules.place, head.clock.unix_ms());
  if (!head.role.empty() && !author.has(head.role)) return {};
  const CellRule rule = rule_of(rules.catalog, offered.kind, offered.at);
  switch (rule.merge) {
    case Merge::ladder: {
      const Rung* rung = rule.ladder && head.value.text() ? rule.ladder->rung(*head.value.text()) : nullptr;
      if (!rung || head.cycle < 1 || head.cycle > ladder_cycles_max) return {};
      head.rank = rung->rank;
      return head;
    }
    case Merge::counter: return head.value.integer() ? std::optional(head) : std::nullopt;
    case Merge::set: return head.value.is_null() ? std::optional(head) : std::nullopt;
    case Merge::append: return check_entry(rules.catalog, *field, head.value) ? std::nullopt : std::optional(head);
    case Merge::register_: break;
  }
  const bool wrong = !head.value.is_null() &&
                     (offered.at.attribute.empty()
                          ? check_value(rules.catalog, *field, head.value)
                          : check_attribute(rules.catalog, *field, offered.at.attribute, head.value));
  return wrong ? std::nullopt : std::optional(head);
}

// The same head offered again is the same change, whatever became of it: one that is held would else be logged, and
// held, as often as it is offered.
ChangeId witness_id(const StudioId& studio, const OfferedHead& offered) {
  const Hash hash = sha256_of_parts({"lianxin witness", view(studio.bytes), view(offered.record.bytes), offered.kind,
                                     offered.at.text(), to_json(head_value(offered.head))});
  ChangeId id;
  std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
  return id;
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

Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules, const Access& asker,
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
      const std::optional<Head> head = believable(rules, asker, offered);
      if (!head) continue;
      Write write{offered.at, Op::witness, {}, {}, head->bases, head_value(*head)};
      Change witness = intake.make(rules.self, {offered.record, offered.kind, {}, {std::move(write)}, 0});
      witness.id = witness_id(studio, offered);
      if (intake.replica().find(witness.id)) continue;
      std::string line = line_of(witness);
      const Result<Change> read = parse_line(line);
      if (!read) continue;  // past the bounds of a line: no head of ours
      const Change& change = *read;
      LX_CHECK(intake.prefetch({change}));
      if (has_head(intake.replica().row(offered.record), offered)) continue;
      LX_TRY(const Intake::Taken outcome, intake.take({rules.self.device, nullptr}, std::move(line), change));
      taken += outcome.outcome == Outcome::applied ? 1 : 0;
    }
    return finish_signed(intake, rules.self, studio, before);
  });
  if (!written) return tl::unexpected(written.error());
  return taken;
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
      return finish_signed(intake, rules.self, studio, before);
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
