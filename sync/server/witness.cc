#include "sync/server/witness.h"

#include "schema/json.h"
#include "schema/refusals.h"
#include "sync/model/erasure.h"
#include "sync/model/limits.h"
#include "sync/server/feed.h"
#include "sync/server/log_appender.h"
#include "sync/server/offered_head.h"

namespace lianxin {
namespace {

// The same head offered again is the same change, whatever became of it and whoever offers it: one that is held would
// else be logged, and held, as often as it is offered. What a delete contests, phones have seen more or less of.
ChangeId witness_id(const StudioId& studio, const OfferedHead& offered) {
  Head head = offered.head;
  head.contested.clear();
  return {first_bytes<16>(sha256_of_parts({"lianxin witness", view(studio.bytes), view(offered.record.bytes),
                                           offered.kind, offered.at.text(), to_json(head_value(head))}))};
}

bool has_head(const Row& row, const OfferedHead& offered) {
  const Cell* cell = row.cell(offered.at.text());
  return cell && cell->step(offered.head.id);
}

// Which member's phone offered it first: another's must agree where nobody else confirms it.
std::string offered_by(const Access& asker) { return asker.member.text(); }

bool is_erased(const Row& row, const OfferedHead& offered) {
  return covers(erasures_in(row), offered.head.id, offered.at.field);
}

// It was offered before. Where it is held for want of proof, a phone of another member is one.
Status confirm(LogAppender& log, const Replica::Known& known, const Access& asker) {
  const bool waits = known.logged.outcome == Outcome::held && known.logged.applied_seq == 0 && known.change;
  if (!waits || known.change->reason.empty() || known.change->reason == offered_by(asker)) return {};
  return log.release(known.logged.id);
}

// True: it was new, and is given back, or held until somebody confirms it.
Result<bool> take_one(LogAppender& log, const StudioId& studio, const Rules& rules, const Access& asker,
                      const OfferedHead& offered) {
  if (log.replica().find(offered.head.id)) return false;  // its line is here, whatever became of it
  const std::optional<BelievedHead> believed = believable(rules, asker, offered);
  if (!believed) return false;
  const ChangeId id = witness_id(studio, offered);
  if (const Replica::Known* known = log.replica().find(id)) {
    LX_CHECK(confirm(log, *known, asker));
    return false;
  }
  Write write{offered.at, Op::witness, {}, {}, believed->head.bases, head_value(believed->head)};
  const std::string reason = believed->unproved ? offered_by(asker) : std::string();
  Change witness = log.make(rules.self, {offered.record, offered.kind, reason, {std::move(write)}, 0});
  witness.id = id;
  std::string line = line_of(witness);
  Result<Change> read = parse_line(line);
  if (!read) return false;  // past the bounds of a line: no head of ours
  const std::optional<Change> change(std::move(*read));
  LX_CHECK(log.prefetch(std::span(&change, 1)));
  if (log.belongs_elsewhere(*change, {asker.member, rules.server_ms})) return false;
  const Row& row = log.replica().row(offered.record);
  if (has_head(row, offered) || is_erased(row, offered)) return false;
  const Origin origin{rules.self.device, nullptr, nullptr, believed->unproved};
  LX_TRY(const LogAppender::Taken taken, log.take(origin, Line::of(std::move(line)), change));
  return taken.outcome == Outcome::applied || believed->unproved;
}

}  // namespace

Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules, const Access& asker,
                                   const std::optional<Cursor>& lost, std::span<const OfferedHead> heads) {
  if (heads.size() > limits::offered_heads_max) return failure(Errc::out_of_range, "offered_heads_max");
  std::size_t taken = 0;
  const bool own = lost && is_own(*lost, studio, rules.self.secret);
  if (!own) return failure(Errc::not_allowed, std::string(refusals::history_unproved));
  const Status written = write_as(store, studio, rules, rules.self, [&](LogAppender& log) -> Status {
    taken = 0;
    log.limit_rows(limits::push_rows_bytes_max);
    LX_TRY(const bool here, has_place(log.txn(), *lost));
    if (here) return {};  // nothing is missing, or no longer: a newer backup was put back meanwhile
    for (const OfferedHead& offered : heads) {
      LX_TRY(const bool is_new, take_one(log, studio, rules, asker, offered));
      taken += is_new ? 1 : 0;
    }
    return {};
  });
  if (!written) return tl::unexpected(written.error());
  return taken;
}

}  // namespace lianxin
