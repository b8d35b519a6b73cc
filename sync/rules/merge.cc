#include "sync/rules/merge.h"

#include <algorithm>

#include "schema/assert.h"

namespace lianxin {
namespace {

template <class Item>
auto place_of(std::vector<Item>& items, const ChangeId& id) {
  return std::lower_bound(items.begin(), items.end(), id,
                          [](const Item& item, const ChangeId& wanted) { return item.id < wanted; });
}

template <class Item>
Item* find_in(std::vector<Item>& items, const ChangeId& id) {
  const auto at = place_of(items, id);
  return at != items.end() && at->id == id ? &*at : nullptr;
}

template <class Item>
void put_in(std::vector<Item>& items, Item item) {
  const auto at = place_of(items, item.id);
  if (at != items.end() && at->id == item.id) {
    *at = std::move(item);
  } else {
    items.insert(at, std::move(item));
  }
}

std::int32_t rank_of(const CellRule& rule, const KnownWrite& held) {
  return rule.authority_of(signing_role(rule, held.roles));
}

void take_out(const CellRule& rule, Cell& cell, const Head& head, std::int32_t rank) {
  Head gone = head;
  cell.heads.erase(place_of(cell.heads, gone.id));
  if (gone.witnessed) put_in(cell.pending, Pending{gone.id, rank});  // its author's own line will come, as history
  if (rule.once) put_in(cell.history, std::move(gone));
}

// Somebody of authority `rank` built on `bases`. Walks through what is held: what a superseded write named goes as
// well, but nothing that this write could not have replaced itself, so that it is the same whether it is released
// before or after. Ends even if crafted lines name each other, since a pending id is walked again only for a higher
// rank.
void supersede(const CellRule& rule, Cell& cell, std::span<const ChangeId> bases, std::int32_t rank,
               const LookUp& look_up) {
  std::vector<Pending> open;
  const auto go_on = [&](std::span<const ChangeId> ids, std::int32_t reach) {
    for (const ChangeId& id : ids) open.push_back({id, reach});
  };
  go_on(bases, rank);
  while (!open.empty()) {
    const Pending named = open.back();
    open.pop_back();
    if (const Head* head = find_in(cell.heads, named.id)) {
      if (rule.authority_of(head->role) <= named.rank) take_out(rule, cell, *head, named.rank);
      continue;
    }
    const Pending* pending = find_in(cell.pending, named.id);
    if (pending && pending->rank >= named.rank) continue;
    const KnownWrite known = look_up(named.id);
    if (known.standing == KnownWrite::Standing::applied) continue;
    put_in(cell.pending, named);
    go_on(known.bases, std::min(named.rank, rank_of(rule, known)));
  }
}

}  // namespace

void merge_write(const CellRule& rule, Cell& cell, Head write, const LookUp& look_up) {
  const std::int32_t rank = rule.authority_of(write.role);
  if (const Head* there = cell.step(write.id); there && !there->witnessed) return;
  supersede(rule, cell, write.bases, rank, look_up);
  if (const Pending* pending = find_in(cell.pending, write.id)) {
    const bool named = pending->rank >= rank;
    if (named && rule.once) put_in(cell.history, write);
    if (named && write.witnessed) return;  // history, and its author's own line is still awaited
    cell.pending.erase(place_of(cell.pending, write.id));
    if (named) return;
  }
  put_in(cell.heads, std::move(write));
}

void merge_remove(const CellRule& rule, Cell& cell, std::span<const ChangeId> bases, std::string_view role,
                  const LookUp& look_up) {
  supersede(rule, cell, bases, rule.authority_of(role), look_up);
}

void merge_once(Cell& cell, Head write) { put_in(cell.heads, std::move(write)); }

void merge_held(const CellRule& rule, Cell& cell, const ChangeId& id, const LookUp& look_up) {
  const Pending* pending = find_in(cell.pending, id);
  if (!pending) return;
  const KnownWrite known = look_up(id);
  supersede(rule, cell, known.bases, std::min(pending->rank, rank_of(rule, known)), look_up);
}

StepVerdict judge_step(const CellRule& rule, const Cell& cell, const Write& write, std::span<const std::string> roles) {
  if (!write.value.text()) return {"step_unknown", 0, 0, {}};
  const std::string& to = *write.value.text();
  const Rung* rung = rule.ladder ? rule.ladder->rung(to) : nullptr;
  if (!rung) return {"step_unknown", 0, 0, {}};

  // What the author stood on: the highest of the bases, or the foot of the ladder.
  std::vector<const Head*> bases;
  for (const ChangeId& id : write.bases) {
    const Head* base = cell.step(id);
    if (!base || !base->value.text()) return {"base_missing", 0, 0, {}};
    bases.push_back(base);
  }
  std::int32_t cycle = 1, rank = rule.ladder->rung(rule.ladder->initial)->rank;
  bool stands_on_from = bases.empty() && write.from == rule.ladder->initial;
  bool names_to = false, disagree = false;
  for (const Head* base : bases) {
    if (base == bases.front() || std::pair(base->cycle, base->rank) > std::pair(cycle, rank)) {
      cycle = base->cycle;
      rank = base->rank;
    }
    stands_on_from |= *base->value.text() == write.from;
    names_to |= *base->value.text() == to;
    disagree |= base->value != bases.front()->value;
  }
  StepVerdict verdict{{}, cycle + (rung->rank < rank ? 1 : 0), rung->rank, {}};

  const auto role_among = [&](std::span<const std::string> allowed) {
    for (const std::string& role : roles) {
      if (std::find(allowed.begin(), allowed.end(), role) != allowed.end()) return role;
    }
    return std::string();
  };
  // Settling two equal steps: a resolver confirms one of them, from whatever was shown meanwhile.
  if (disagree && names_to) {
    verdict.role = role_among(rule.ladder->resolvers);
    if (!verdict.role.empty()) return verdict;
  }
  if (!stands_on_from) return {"step_from_mismatch", 0, 0, {}};
  const Step* step = rule.ladder->step(write.from, to);
  if (!step) return {"step_unknown", 0, 0, {}};
  // To stand on a lower step and name one as high as where this goes takes that one away: it is to settle two equal
  // steps, whichever of them is named.
  const bool settles = std::any_of(bases.begin(), bases.end(), [&](const Head* base) {
    return std::pair(base->cycle, base->rank) == std::pair(verdict.cycle, verdict.rank) &&
           *base->value.text() != write.from;
  });
  verdict.role = role_among(step->roles);
  if (verdict.role.empty() || (settles && role_among(rule.ladder->resolvers).empty())) {
    return {"step_not_allowed", 0, 0, {}};
  }
  return verdict;
}

void merge_step(Cell& cell, Head step) {
  const Head* there = cell.step(step.id);
  if (there && !there->witnessed) return;
  for (const ChangeId& id : step.bases) {
    if (Head* base = find_in(cell.heads, id)) {
      put_in(cell.history, std::move(*base));
      cell.heads.erase(place_of(cell.heads, id));
    } else if (!find_in(cell.history, id)) {
      put_in(cell.pending, Pending{id, 0});
    }
  }
  // A step that others already build on is history: a witnessed one that its author's own line replaces, or one that a
  // witnessed step named before it came.
  const bool named = find_in(cell.pending, step.id) || find_in(cell.history, step.id);
  if (find_in(cell.pending, step.id)) cell.pending.erase(place_of(cell.pending, step.id));
  if (named) {
    put_in(cell.history, std::move(step));
  } else {
    put_in(cell.heads, std::move(step));
  }
}

}  // namespace lianxin
