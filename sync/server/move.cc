#include "sync/server/move.h"

#include "sync/rules/bases.h"
#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

// What `from` shows and `now` does not, cell by cell.
Draft copy_of(const Catalog& catalog, const Row& from, const Row& now) {
  Draft draft{from.record, from.kind, {}, {}, now.last_seq};
  for (const auto& [text, cell] : from.cells) {
    const auto at = Address::parse(text);
    if (!at || at->field.starts_with('_') || !catalog.field(from.kind, at->field)) continue;
    const CellRule rule = rule_of(catalog, from.kind, *at);
    const Cell* there = now.cell(text);
    const Value value = shown(rule, cell).value;
    if (rule.merge == Merge::set) {
      if (!cell.heads.empty() && (!there || there->heads.empty()))
        draft.writes.push_back(edit_of(catalog, from.kind, now, *at, Op::add, {}));
    } else if (rule.merge == Merge::register_ && !value.is_null() && (!there || shown(rule, *there).value != value)) {
      draft.writes.push_back(edit_of(catalog, from.kind, now, *at, Op::put, value));
    }
  }
  return draft;
}

std::vector<ReferenceName> names_of(const Catalog& catalog, const Row& row) {
  Change whole;
  whole.record = row.record;
  whole.kind = row.kind;
  whole.writes = copy_of(catalog, row, {}).writes;
  return names_in(whole);
}

}  // namespace

Result<MovedRecord> move_here(Store& store, const Rules& rules, const SelfDevice& actor, const Row& row,
                              const std::string& reason) {
  MovedRecord moved;
  const Status written = write_as(store, rules.place.studio, rules, actor, [&](LogAppender& log) -> Status {
    moved = {};
    LX_CHECK(log.load(row.record));
    Draft draft = copy_of(rules.catalog, row, log.replica().row(row.record));
    draft.reason = reason;
    log.take_over(names_of(rules.catalog, row));
    if (!draft.writes.empty()) {
      LX_TRY(LogAppender::OwnTaken taken, log.take_own(actor, draft));
      moved.refused = std::move(taken.refusal);
      if (moved.refused) return failure(Errc::not_allowed, moved.refused->code);
    }
    moved.seq = log.head().seq;
    return {};
  });
  if (!written && !moved.refused) return tl::unexpected(written.error());
  return moved;
}

}  // namespace lianxin
