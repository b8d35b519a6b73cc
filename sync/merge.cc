#include "sync/merge.h"

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

// Somebody of authority `rank` built on `bases`. Walks through what is held: what a superseded write named goes as
// well. Ends even if crafted lines name each other, since a pending id is walked again only for a higher rank.
void supersede(const CellRule& rule, Cell& cell, std::span<const ChangeId> bases, std::int32_t rank,
               const LookUp& look_up) {
  std::vector<ChangeId> open(bases.begin(), bases.end());
  while (!open.empty()) {
    const ChangeId id = open.back();
    open.pop_back();
    if (const Head* head = find_in(cell.heads, id)) {
      if (rule.authority_of(head->role) > rank) continue;
      const bool awaited = head->witnessed;  // its author's own line will come, and must enter as history
      cell.heads.erase(place_of(cell.heads, id));
      if (awaited) put_in(cell.pending, Pending{id, rank});
      continue;
    }
    Pending* pending = find_in(cell.pending, id);
    if (pending && pending->rank >= rank) continue;
    const KnownWrite known = look_up(id);
    if (known.standing == KnownWrite::Standing::applied) continue;
    put_in(cell.pending, Pending{id, rank});
    open.insert(open.end(), known.bases.begin(), known.bases.end());
  }
}

}  // namespace

void merge_write(const CellRule& rule, Cell& cell, Head write, const LookUp& look_up) {
  const std::int32_t rank = rule.authority_of(write.role);
  if (const Head* there = find_in(cell.heads, write.id); there && !there->witnessed) return;
  supersede(rule, cell, write.bases, rank, look_up);
  if (const Pending* pending = find_in(cell.pending, write.id)) {
    const bool named = pending->rank >= rank;
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

void merge_held(const CellRule& rule, Cell& cell, const ChangeId& id, std::span<const ChangeId> bases,
                const LookUp& look_up) {
  if (const Pending* pending = find_in(cell.pending, id)) supersede(rule, cell, bases, pending->rank, look_up);
}

StepVerdict judge_step(const CellRule& rule, const Cell& cell, const Write& write,
                       std::span<const std::string> roles) {
  using Finding = StepVerdict::Finding;
  if (!write.value.text()) return {Finding::step_unknown, 0, 0, {}};
  const std::string& to = *write.value.text();
  const Rung* rung = rule.ladder ? rule.ladder->rung(to) : nullptr;
  if (!rung) return {Finding::step_unknown, 0, 0, {}};

  // What the author stood on: the highest of the bases, or the foot of the ladder.
  std::vector<const Head*> bases;
  for (const ChangeId& id : write.bases) {
    const Head* base = cell.step(id);
    if (!base || !base->value.text()) return {Finding::base_missing, 0, 0, {}};
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
  StepVerdict verdict{Finding::ok, cycle + (rung->rank < rank ? 1 : 0), rung->rank, {}};

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
  if (!stands_on_from) return {Finding::from_mismatch, 0, 0, {}};
  const Step* step = rule.ladder->step(write.from, to);
  if (!step) return {Finding::step_unknown, 0, 0, {}};
  verdict.role = role_among(step->roles);
  if (verdict.role.empty()) return {Finding::not_allowed, 0, 0, {}};
  return verdict;
}

void merge_step(Cell& cell, Head step) {
  const Head* there = cell.step(step.id);
  if (there && !there->witnessed) return;
  for (const ChangeId& id : step.bases) {
    Head* base = find_in(cell.heads, id);
    if (!base) continue;
    put_in(cell.history, std::move(*base));
    cell.heads.erase(place_of(cell.heads, id));
  }
  // A witnessed step that others already build on stays in history when its author's own line replaces it.
  if (find_in(cell.history, step.id)) {
    put_in(cell.history, std::move(step));
  } else {
    put_in(cell.heads, std::move(step));
  }
}

}  // namespace lianxin
