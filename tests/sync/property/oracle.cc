#include "tests/sync/property/oracle.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace lianxin::oracle {
namespace {

const FieldRule plain;

const FieldRule silent = [] {
  FieldRule rule;
  rule.quiet = true;
  return rule;
}();

// An element of a set has one more cell: itself. Whoever writes one of its attributes says that it is there.
bool concerns(const Address& written, const Address& cell, const FieldRule& rule) {
  if (written.field != cell.field || written.element != cell.element) return false;
  if (rule.behaves == FieldRule::Behaves::members && cell.attribute.empty()) return true;
  return written.attribute == cell.attribute;
}

}  // namespace

void Oracle::tell(Told told) {
  of_record_[told.record].push_back(told.id);
  told_.insert_or_assign(told.id, std::move(told));
}

void Oracle::correct_seen(const ChangeId& id, Seq seen) { told_.at(id).seen = seen; }

const Told* Oracle::told(const ChangeId& id) const {
  const auto at = told_.find(id);
  return at == told_.end() ? nullptr : &at->second;
}

const FieldRule& Oracle::rule_for(const Address& at) const {
  if (at.field == "_held") return silent;
  const auto rule = rules_.find(at.field);
  if (rule == rules_.end() || !at.attribute.empty()) return plain;
  return rule->second;
}

int Oracle::authority(const FieldRule& rule, const Told& told) const {
  const auto at = std::find(rule.authority.begin(), rule.authority.end(), told.role);
  return static_cast<int>(rule.authority.end() - at);
}

Oracle::Nodes Oracle::nodes_of(const RecordId& record, const Address& at) const {
  Nodes nodes;
  const auto ids = of_record_.find(record);
  if (ids == of_record_.end()) return nodes;
  for (const ChangeId& id : ids->second) {
    const Told& told = told_.at(id);
    for (const ToldWrite& write : told.writes) {
      if (!concerns(write.at, at, rule_for(at))) continue;
      auto [node, fresh] = nodes.try_emplace(id, Node{&told, write.op, write.value, write.shown});
      if (fresh) continue;
      node->second.shown.insert(write.shown.begin(), write.shown.end());
      if (write.op != Op::remove) node->second.op = write.op;  // whoever also gives a reason, leaves one
    }
  }
  return nodes;
}

std::set<ChangeId> Oracle::all_seen_by(const Nodes& nodes, const ChangeId& id) {
  std::set<ChangeId> seen;
  std::vector<ChangeId> open{id};
  while (!open.empty()) {
    const auto node = nodes.find(open.back());
    open.pop_back();
    if (node == nodes.end()) continue;
    for (const ChangeId& shown : node->second.shown) {
      if (seen.insert(shown).second) open.push_back(shown);
    }
  }
  return seen;
}

bool Oracle::had_seen(const Address& cell, const ChangeId& later, const ChangeId& earlier) const {
  const Told* by = told(later);
  return by && all_seen_by(nodes_of(by->record, cell), later).contains(earlier);
}

std::set<std::string> Oracle::addresses(const View& view, const RecordId& record) const {
  std::set<std::string> found;
  const auto ids = of_record_.find(record);
  if (ids == of_record_.end()) return found;
  for (const ChangeId& id : ids->second) {
    if (!view.contains(id)) continue;
    for (const ToldWrite& write : told_.at(id).writes) {
      found.insert(write.at.text());
      if (rule_for({write.at.field, {}, {}}).behaves == FieldRule::Behaves::members) {
        found.insert(Address{write.at.field, write.at.element, {}}.text());
      }
    }
  }
  return found;
}

std::set<ChangeId> Oracle::standing(const View& view, const Nodes& nodes, const FieldRule& rule) const {
  std::set<ChangeId> stands;
  for (const auto& [id, node] : nodes) {
    if (view.contains(id) && node.op != Op::remove) stands.insert(id);
  }
  for (const auto& [id, node] : nodes) {
    if (!view.contains(id)) continue;
    for (const auto& [seen, reach] : reaches(nodes, rule, id)) {
      const Told* earlier = told(seen);
      if (!earlier || authority(rule, *earlier) <= reach) stands.erase(seen);
    }
  }
  return stands;
}

// All that the author of `id` had seen, and how much authority stands against each: along the way from one to what that
// one had seen, the least that anybody had.
std::map<ChangeId, int> Oracle::reaches(const Nodes& nodes, const FieldRule& rule, const ChangeId& id) const {
  std::map<ChangeId, int> reached;
  std::vector<std::pair<ChangeId, int>> open{{id, std::numeric_limits<int>::max()}};
  while (!open.empty()) {
    const auto [at, before] = open.back();
    open.pop_back();
    const auto node = nodes.find(at);
    if (node == nodes.end()) continue;
    const int reach = std::min(before, authority(rule, *node->second.told));
    for (const ChangeId& shown : node->second.shown) {
      const auto [known, fresh] = reached.try_emplace(shown, reach);
      if (!fresh && known->second >= reach) continue;
      known->second = reach;
      open.emplace_back(shown, reach);
    }
  }
  return reached;
}

Expected Oracle::one_value(const View& view, const Nodes& nodes, const FieldRule& rule) const {
  Expected expected;
  expected.heads = standing(view, nodes, rule);
  const auto weight = [&](const ChangeId& id) {
    return std::tuple(authority(rule, *nodes.at(id).told), view.at(id).clock, id);
  };
  const ChangeId* greatest = nullptr;
  for (const ChangeId& id : expected.heads) {
    if (!greatest || weight(id) > weight(*greatest)) greatest = &id;
  }
  if (!greatest) return expected;
  expected.shown = nodes.at(*greatest).value;
  std::set<ChangeId> peers;
  bool differ = false;
  for (const ChangeId& id : expected.heads) {
    if (!rule.restrictive.is_null() && nodes.at(id).value == rule.restrictive) expected.shown = rule.restrictive;
    if (authority(rule, *nodes.at(id).told) < authority(rule, *nodes.at(*greatest).told)) continue;
    peers.insert(id);
    differ |= nodes.at(id).value != nodes.at(*greatest).value;
  }
  if (differ && !rule.quiet) expected.conflict = peers;
  return expected;
}

Expected Oracle::stages(const View& view, const Nodes& nodes, const FieldRule& rule) const {
  // How high a step leads: (cycle, rank). A step down from the highest that its author stood on begins a cycle more.
  std::map<ChangeId, std::pair<int, int>> height;
  const auto measure = [&](const auto& self, const ChangeId& id) -> std::pair<int, int> {
    if (const auto known = height.find(id); known != height.end()) return known->second;
    const Node& node = nodes.at(id);
    std::pair<int, int> from{1, rule.ranks.at(rule.initial)};
    bool first = true;
    for (const ChangeId& shown : node.shown) {
      if (!nodes.contains(shown)) continue;
      const auto below = self(self, shown);
      if (first || below > from) from = below;
      first = false;
    }
    const auto rank = rule.ranks.find(*node.value.text());
    const int to = rank == rule.ranks.end() ? 0 : rank->second;
    return height[id] = {from.first + (to < from.second ? 1 : 0), to};
  };
  Expected expected;
  expected.heads = standing(view, nodes, rule);
  expected.shown = rule.initial;
  std::vector<ChangeId> top;
  for (const ChangeId& id : expected.heads) {
    if (!top.empty() && measure(measure, id) < measure(measure, top.front())) continue;
    if (!top.empty() && measure(measure, id) > measure(measure, top.front())) top.clear();
    top.push_back(id);
  }
  if (top.empty()) return expected;
  const bool agree = std::all_of(top.begin(), top.end(),
                                 [&](const ChangeId& id) { return nodes.at(id).value == nodes.at(top[0]).value; });
  if (agree) {
    expected.shown = nodes.at(top.front()).value;
    return expected;
  }
  expected.conflict.insert(top.begin(), top.end());
  using Place = std::tuple<std::pair<int, int>, Hlc, ChangeId>;
  std::optional<Place> last_common;
  for (const auto& [id, node] : nodes) {
    const ChangeId& step = id;
    if (!view.contains(step)) continue;
    const bool below_all = std::all_of(top.begin(), top.end(),
                                       [&](const ChangeId& upper) { return all_seen_by(nodes, upper).contains(step); });
    if (!below_all) continue;
    const Place place(measure(measure, step), view.at(step).clock, step);
    if (last_common && place < *last_common) continue;
    last_common = place;
    expected.shown = node.value;
  }
  return expected;
}

Expected Oracle::cell(const View& view, const RecordId& record, const Address& at) const {
  const FieldRule& rule = rule_for(at);
  const Nodes nodes = nodes_of(record, at);
  Expected expected;
  switch (rule.behaves) {
    case FieldRule::Behaves::one_value: {
      expected = one_value(view, nodes, rule);
      if (at.text() != "_deleted") break;
      for (const ChangeId& head : expected.heads) {
        if (nodes.at(head).value != Value(true)) continue;
        const std::set<ChangeId> unseen = unseen_edits(view, record, head);
        if (!unseen.empty()) expected.conflict.insert(head);
      }
      break;
    }
    case FieldRule::Behaves::members:
      expected.heads = standing(view, nodes, rule);
      if (!expected.heads.empty()) expected.shown = true;
      break;
    case FieldRule::Behaves::stages: {
      View standing_steps = view;
      std::erase_if(standing_steps, [](const auto& change) { return change.second.steps_wait; });
      expected = stages(standing_steps, nodes, rule);
      break;
    }
    case FieldRule::Behaves::total: {
      std::int64_t sum = 0;
      for (const auto& [id, node] : nodes) {
        if (!view.contains(id)) continue;
        expected.heads.insert(id);
        sum += *node.value.integer();
      }
      if (!expected.heads.empty()) expected.shown = sum;
      break;
    }
    case FieldRule::Behaves::entries: {
      std::map<std::pair<Hlc, ChangeId>, Value> entries;
      for (const auto& [id, node] : nodes) {
        if (!view.contains(id)) continue;
        expected.heads.insert(id);
        entries.emplace(std::pair(view.at(id).clock, id), node.value);
      }
      Value::List list;
      for (auto& [place, entry] : entries) list.push_back(entry);
      if (!list.empty()) expected.shown = std::move(list);
      break;
    }
  }
  return expected;
}

std::set<ChangeId> Oracle::unseen_edits(const View& view, const RecordId& record, const ChangeId& deletion) const {
  std::set<ChangeId> unseen;
  const Told& by = told_.at(deletion);
  const auto ids = of_record_.find(record);
  if (ids == of_record_.end()) return unseen;
  for (const ChangeId& id : ids->second) {
    const Told& edit = told_.at(id);
    const auto in_force = view.find(id);
    if (in_force == view.end() || edit.member == by.member) continue;
    const bool of_a_field = std::any_of(edit.writes.begin(), edit.writes.end(),
                                        [](const ToldWrite& write) { return write.at.field.front() != '_'; });
    const bool delete_saw_it = in_force->second.seq <= by.seen;
    const bool it_saw_delete = view.at(deletion).seq <= edit.seen;
    if (of_a_field && !delete_saw_it && !it_saw_delete) unseen.insert(id);
  }
  return unseen;
}

bool Oracle::deleted(const View& view, const RecordId& record) const {
  const Expected mark = cell(view, record, Address{"_deleted", {}, {}});
  return mark.shown == Value(true) && mark.conflict.empty();
}

}  // namespace lianxin::oracle
