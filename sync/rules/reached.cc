#include "sync/rules/reached.h"

#include <tuple>

namespace lianxin {
namespace {

bool is_higher(const Head& a, const Head& b) {
  return std::tie(a.cycle, a.rank, a.clock, a.id) > std::tie(b.cycle, b.rank, b.clock, b.id);
}

// The step that a step builds on, of several the greatest; nullptr: none.
const Head* ground_of(const Cell& cell, const Head& step) {
  const Head* greatest = nullptr;
  for (const ChangeId& id : step.bases) {
    const Head* base = cell.step(id);
    if (base && (!greatest || is_higher(*base, *greatest))) greatest = base;
  }
  return greatest;
}

// The step by which a record came to the state that parting, `back`, gave it again; nullptr: by none, it stands where
// it began. `joined_by` is the step that joining took.
const Head* undone(const Cell& cell, const Ladder& ladder, const Head& joined_by, const Head& back) {
  const Head* before = ground_of(cell, joined_by);
  if (before ? before->value == back.value : back.value == Value(ladder.initial)) return before;
  // Neither: one that came while it was joined, which parting named beside the step of joining.
  const Head* meanwhile = nullptr;
  for (const ChangeId& id : back.bases) {
    const Head* base = cell.step(id);
    if (base && base->value == back.value && (!meanwhile || is_higher(*base, *meanwhile))) meanwhile = base;
  }
  return meanwhile ? meanwhile : &back;
}

// A record that was joined and parted came to its state by the step before both: that one; nullptr: by none.
const Head* before_joining(const Cell& cell, const Ladder& ladder, const Head* step) {
  const Value joined(ladder.joined);
  for (std::size_t left = cell.heads.size() + cell.history.size(); left > 0; --left) {
    const Head* joined_by = ground_of(cell, *step);
    if (ladder.joined.empty() || step->value == joined || !joined_by || joined_by->value != joined) return step;
    const Head* before = undone(cell, ladder, *joined_by, *step);
    if (!before || before == step) return before;
    step = before;
  }
  return step;
}

// Of a record that stands where joined ones do: the highest step that came meanwhile, if it leads above `ground`, where
// it stood before.
const Head* came_meanwhile(const Cell& cell, const Ladder& ladder, const Head* ground) {
  const Value joined(ladder.joined);
  const Head* highest = nullptr;
  for (const Head& head : cell.heads) {
    if (head.value != joined && (!highest || is_higher(head, *highest))) highest = &head;
  }
  if (!highest) return nullptr;
  const Rung* first = ladder.rung(ladder.initial);
  const std::pair<std::int32_t, std::int32_t> from =
      ground ? std::pair(ground->cycle, ground->rank)
             : std::pair<std::int32_t, std::int32_t>(1, first ? first->rank : 0);
  return std::pair(highest->cycle, highest->rank) > from ? highest : nullptr;
}

std::string state_in(const Head& head, const Ladder& ladder) {
  return head.value.text() ? *head.value.text() : ladder.initial;
}

}  // namespace

Reached how_reached(const Catalog& catalog, const Row& row, std::string_view ladder_field) {
  const Reached never{{}, row.created.unix_ms()};
  const Field* field = catalog.field(row.kind, ladder_field);
  const Ladder* ladder = field ? catalog.ladder(field->ladder) : nullptr;
  const Cell* cell = ladder ? row.cell(ladder_field) : nullptr;
  if (!cell) return never;
  const ShownValue present = shown(rule_of(catalog, row.kind, {std::string(ladder_field), {}, {}}), *cell);
  const Head* at = present.head ? before_joining(*cell, *ladder, present.head) : nullptr;
  if (!at) return never;
  Reached reached{ladder->initial, at->clock.unix_ms()};
  // A step that confirmed the same state again came from where that one came from.
  for (std::size_t left = cell->heads.size() + cell->history.size(); left > 0; --left) {
    at = ground_of(*cell, *at);
    if (at && at->value == present.value) at = before_joining(*cell, *ladder, at);
    if (!at) break;
    if (at->value != present.value) {
      reached.from = state_in(*at, *ladder);
      break;
    }
  }
  if (!ladder->joined.empty() && present.value == Value(ladder->joined)) {
    if (const Head* meanwhile = came_meanwhile(*cell, *ladder, at)) reached.from = state_in(*meanwhile, *ladder);
  }
  return reached;
}

}  // namespace lianxin
