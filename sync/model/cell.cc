#include "sync/model/cell.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "schema/saturating.h"

namespace lianxin {
namespace {

const Head* find_head(const std::vector<Head>& heads, const ChangeId& id) {
  const auto at = std::lower_bound(heads.begin(), heads.end(), id,
                                   [](const Head& head, const ChangeId& wanted) { return head.id < wanted; });
  return at != heads.end() && at->id == id ? &*at : nullptr;
}

auto order_of(const CellRule& rule, const Head& head) {
  return std::tuple(rule.authority_of(head.role), head.clock, head.id);
}

std::vector<const Head*> greatest_first(const CellRule& rule, const std::vector<Head>& heads) {
  std::vector<const Head*> sorted;
  sorted.reserve(heads.size());
  for (const Head& head : heads) sorted.push_back(&head);
  std::sort(sorted.begin(), sorted.end(),
            [&](const Head* a, const Head* b) { return order_of(rule, *a) > order_of(rule, *b); });
  return sorted;
}

auto height(const Head& step) { return std::pair(step.cycle, step.rank); }

// The heads as high as the highest, greatest (clock, id) first.
std::vector<const Head*> highest_steps(const Cell& cell) {
  std::vector<const Head*> highest;
  for (const Head& head : cell.heads) {
    if (!highest.empty() && height(head) < height(*highest.front())) continue;
    if (!highest.empty() && height(head) > height(*highest.front())) highest.clear();
    highest.push_back(&head);
  }
  std::sort(highest.begin(), highest.end(),
            [](const Head* a, const Head* b) { return std::tie(a->clock, a->id) > std::tie(b->clock, b->id); });
  return highest;
}

bool all_equal(const std::vector<const Head*>& heads) {
  return std::all_of(heads.begin(), heads.end(), [&](const Head* head) { return head->value == heads[0]->value; });
}

std::set<ChangeId> steps_below(const Cell& cell, const Head& step) {
  std::set<ChangeId> below;
  std::vector<ChangeId> open = step.bases;
  while (!open.empty()) {
    const ChangeId id = open.back();
    open.pop_back();
    const Head* base = cell.step(id);
    if (base && below.insert(id).second) open.insert(open.end(), base->bases.begin(), base->bases.end());
  }
  return below;
}

const Head* last_common_step(const Cell& cell, const std::vector<const Head*>& tied) {
  std::set<ChangeId> common = steps_below(cell, *tied.front());
  for (const Head* head : tied) {
    const std::set<ChangeId> below = steps_below(cell, *head);
    std::erase_if(common, [&](const ChangeId& id) { return !below.contains(id); });
  }
  const Head* last = nullptr;
  for (const ChangeId& id : common) {
    const Head* step = cell.step(id);
    if (!last || std::tuple(height(*step), step->clock, step->id) > std::tuple(height(*last), last->clock, last->id)) {
      last = step;
    }
  }
  return last;
}

ShownValue shown_step(const CellRule& rule, const Cell& cell) {
  const std::vector<const Head*> highest = highest_steps(cell);
  const Head* step = nullptr;
  if (!highest.empty()) step = all_equal(highest) ? highest.front() : last_common_step(cell, highest);
  if (step) return {step->value, step};
  return {rule.ladder ? Value(rule.ladder->initial) : Value(), nullptr};
}

ShownValue shown_register(const CellRule& rule, const Cell& cell) {
  if (cell.heads.empty()) return {};
  const std::vector<const Head*> sorted = greatest_first(rule, cell.heads);
  if (rule.restrictive) {
    for (const Head* head : sorted) {
      if (head->value == *rule.restrictive) return {head->value, head};
    }
  }
  return {sorted.front()->value, sorted.front()};
}

std::int64_t sum_of(const Cell& cell) {
  std::int64_t sum = 0;
  for (const Head& head : cell.heads) {
    const std::int64_t* increment = head.value.integer();
    if (increment) sum = sum_of_counts(sum, *increment);
  }
  return sum;
}

}  // namespace

std::int64_t sum_of_counts(std::int64_t a, std::int64_t b) { return saturating_add(a, b); }

const Head* Cell::head(const ChangeId& id) const { return find_head(heads, id); }

const Head* Cell::step(const ChangeId& id) const {
  const Head* found = find_head(heads, id);
  return found ? found : find_head(history, id);
}

std::int32_t CellRule::authority_of(std::string_view role) const {
  const auto at = std::find(authority.begin(), authority.end(), role);
  return static_cast<std::int32_t>(authority.end() - at);
}

std::string signing_role(const CellRule& rule, std::span<const std::string> roles) {
  for (const std::string& role : rule.authority) {
    if (std::find(roles.begin(), roles.end(), role) != roles.end()) return role;
  }
  return roles.empty() ? std::string() : roles.front();
}

bool is_about_changes(std::string_view field) { return field == held_field || field == erased_field; }

CellRule rule_of(const Catalog& catalog, std::string_view kind, const Address& at) {
  CellRule rule;
  if (is_about_changes(at.field)) {
    rule.quiet = true;
    return rule;
  }
  const Field* field = catalog.field(kind, at.field);
  if (!field || !at.attribute.empty()) return rule;
  rule.merge = field->merge;
  rule.quiet = field->quiet;
  rule.once = field->once;
  rule.each_stands = field->each_stands;
  rule.authority = field->authority;
  if (field->restrictive) rule.restrictive = &*field->restrictive;
  if (field->merge == Merge::ladder) rule.ladder = catalog.ladder(field->ladder);
  return rule;
}

ShownValue shown(const CellRule& rule, const Cell& cell) {
  switch (rule.merge) {
    case Merge::register_: return shown_register(rule, cell);
    case Merge::set: return {cell.heads.empty() ? Value() : Value(true), nullptr};
    case Merge::counter: return {cell.heads.empty() ? Value() : Value(sum_of(cell)), nullptr};
    case Merge::ladder: return shown_step(rule, cell);
    case Merge::append: {
      Value::List entries;
      for (const Head* head : ordered(cell)) entries.push_back(head->value);
      return {cell.heads.empty() ? Value() : Value(std::move(entries)), nullptr};
    }
  }
  return {};
}

std::vector<const Head*> conflict(const CellRule& rule, const Cell& cell) {
  std::vector<const Head*> rivals;
  if (rule.merge == Merge::ladder) {
    rivals = highest_steps(cell);
  } else if (rule.merge == Merge::register_ && !rule.quiet && !rule.each_stands) {
    rivals = greatest_first(rule, cell.heads);
    std::erase_if(rivals, [&, top = rivals.empty() ? 0 : rule.authority_of(rivals.front()->role)](const Head* head) {
      return rule.authority_of(head->role) < top;
    });
  }
  return rivals.size() < 2 || all_equal(rivals) ? std::vector<const Head*>() : rivals;
}

std::vector<const Head*> ordered(const Cell& cell) {
  std::vector<const Head*> sorted;
  for (const Head& head : cell.heads) sorted.push_back(&head);
  std::sort(sorted.begin(), sorted.end(),
            [](const Head* a, const Head* b) { return std::tie(a->clock, a->id) < std::tie(b->clock, b->id); });
  return sorted;
}

}  // namespace lianxin
