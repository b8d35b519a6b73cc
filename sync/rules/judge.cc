#include "sync/rules/judge.h"

#include <algorithm>
#include <set>

#include "schema/json.h"
#include "sync/model/erasure.h"
#include "sync/model/limits.h"
#include "sync/model/relation.h"
#include "sync/rules/merge.h"

namespace lianxin {
namespace {

using Verdict = std::optional<Refusal>;

Verdict refuse(std::string code, const Address& at) { return Refusal{std::move(code), at.text()}; }

const Cell& cell_at(const Row& row, const Address& at) {
  static const Cell none;
  const Cell* cell = row.cell(at.text());
  return cell ? *cell : none;
}

bool fits(const Field& field, const Write& write) {
  switch (write.op) {
    case Op::put:
      if (write.at.element.empty()) return field.merge == Merge::register_;
      return field.merge == Merge::set && !write.at.attribute.empty();
    case Op::add:
    case Op::remove: return field.merge == Merge::set;
    case Op::count:
      return field.merge == Merge::counter && write.at.attribute.empty() &&
             write.at.element.empty() == field.element_kind.empty();
    case Op::step: return field.merge == Merge::ladder;
    case Op::append: return field.merge == Merge::append;
    case Op::witness:
    case Op::erased: return true;
  }
  return false;
}

bool too_deep(const Value& value, int levels_left) {
  if (levels_left == 0) return value.list() || value.object();
  if (const Value::List* list = value.list()) {
    return std::any_of(list->begin(), list->end(), [&](const Value& item) { return too_deep(item, levels_left - 1); });
  }
  if (const Value::Object* object = value.object()) {
    return std::any_of(object->begin(), object->end(),
                       [&](const auto& part) { return too_deep(part.second, levels_left - 1); });
  }
  return false;
}

bool too_long(const Value& value) {
  if (const std::string* text = value.text()) return text->size() > limits::value_bytes_max;
  return (value.list() || value.object()) && to_json(value).size() > limits::value_bytes_max;
}

// A held change says at which address it is wrong; the checks of values know no more than the field.
Verdict at_address(Verdict verdict, const Write& write) {
  if (verdict) verdict->field = write.at.text();
  return verdict;
}

Verdict judge_value(const Catalog& catalog, const Field& field, const Write& write) {
  if (too_long(write.value)) return refuse("value_too_long", write.at);
  if (too_deep(write.value, limits::value_depth_max)) return refuse("value_range", write.at);
  if (!write.at.element.empty()) {
    if (Verdict verdict = check_element(catalog, field, write.at.element)) return at_address(verdict, write);
  }
  if (write.op == Op::append) return at_address(check_entry(catalog, field, write.value), write);
  if (write.op != Op::put || write.value.is_null()) return std::nullopt;  // null clears a register
  if (write.at.attribute.empty()) return at_address(check_value(catalog, field, write.value), write);
  return at_address(check_attribute(catalog, field, write.at.attribute, write.value), write);
}

// A second write of a `once` field must settle what others disagreed about. Judged by the values of its bases and never
// by what stands on arrival: of two who settle it, it must not matter who comes first.
Verdict judge_once(const Cell& cell, const Write& write) {
  if (write.bases.size() < 2) return write.bases.empty() ? Verdict() : refuse("once", write.at);
  const Value* first = nullptr;
  bool differ = false;
  for (const ChangeId& id : write.bases) {
    const Head* base = cell.step(id);
    if (!base) return refuse("base_missing", write.at);
    if (!first) first = &base->value;
    differ |= base->value != *first;
  }
  return differ ? Verdict() : refuse("once", write.at);
}

// What the register's own state has to say: once, and the bound on unsettled heads.
Verdict judge_register(const CellRule& rule, const Cell& cell, const Write& write, const Access& access) {
  const auto named = [&](const ChangeId& id) { return std::binary_search(write.bases.begin(), write.bases.end(), id); };
  if (rule.once) {
    if (Verdict verdict = judge_once(cell, write)) return verdict;
  }
  const bool full = cell.heads.size() >= limits::register_heads_max;
  const std::int32_t rank = rule.authority_of(signing_role(rule, access.roles));
  const auto goes = [&](const Head& head) { return named(head.id) && rule.authority_of(head.role) <= rank; };
  if (full && std::none_of(cell.heads.begin(), cell.heads.end(), goes)) {
    return refuse("heads_full", write.at);
  }
  return std::nullopt;
}

Verdict judge_ladder(const CellRule& rule, const Cell& cell, const Change& change, const Write& write,
                     const Access& access) {
  const StepVerdict verdict = judge_step(rule, cell, write, access.roles);
  if (!verdict.refusal.empty()) return refuse(std::string(verdict.refusal), write.at);
  const Step* step = rule.ladder->step(write.from, *write.value.text());
  if (step && step->needs_reason && change.reason.empty()) return refuse("reason_missing", write.at);
  return std::nullopt;
}

Verdict judge_delete(const Catalog& catalog, const Row& row, const Change& change, const Write& write,
                     const Access& access, const Relation& relation) {
  if (write.value != Value(true)) return std::nullopt;
  if (change.reason.empty()) return refuse("reason_missing", write.at);
  for (const auto& [address, cell] : row.cells) {
    const std::string_view field = std::string_view(address).substr(0, address.find('/'));
    if (visibility(access, catalog, row.kind, field, relation, row.guard) != Visibility::visible) {
      return refuse("cannot_see_all", write.at);
    }
  }
  return std::nullopt;
}

Verdict judge_decision(const Row& row, const Write& write, const Access& access) {
  const std::string decision = write.value.text() ? *write.value.text() : "";
  const bool known = decision == "release" || decision == "correct" || decision == "dismiss";
  if (write.op != Op::put || !known || !write.at.attribute.empty()) return refuse("value_range", write.at);
  if (!may_decide_held(access)) return refuse("not_allowed", write.at);
  const bool is_held = std::any_of(row.held.begin(), row.held.end(), [&](const HeldMark& mark) {
    return mark.id.text() == write.at.element && mark.decision == HeldMark::Decision::open;
  });
  return is_held ? Verdict() : refuse("held_unknown", write.at);
}

Verdict judge_erasure(const Write& write, const Access& access) {
  if (write.op != Op::put || !erased_in(write.at, write.value)) return refuse("value_range", write.at);
  return may(access, Right::erase) ? Verdict() : refuse("not_allowed", write.at);
}

Verdict judge_write(const Catalog& catalog, const Row& row, const Kind* kind, const Change& change, const Write& write,
                    const Access& access, const Relation& relation, bool authority_waived) {
  if (write.at.field == held_field) return judge_decision(row, write, access);
  if (write.at.field == erased_field) return judge_erasure(write, access);
  if (write.op == Op::erased) return std::nullopt;  // it says nothing any more
  if (write.op == Op::witness) return access.is_server() ? Verdict() : refuse("not_allowed", write.at);
  if (!kind) return Refusal{"kind_unknown", {}};
  const Field* field = kind->field(write.at.field);
  if (!field || !fits(*field, write)) return refuse(field ? "value_type" : "field_unknown", write.at);
  if (!authority_waived && !may_write(access, *kind, *field, relation)) return refuse("not_allowed", write.at);
  if (Verdict verdict = judge_value(catalog, *field, write)) return verdict;

  const CellRule rule = rule_of(catalog, kind->name, write.at);
  const Cell& cell = cell_at(row, write.at);
  if (write.op == Op::count && *write.value.integer() < 0 && change.reason.empty()) {
    return refuse("reason_missing", write.at);
  }
  if (write.op == Op::step) {
    if (Verdict verdict = judge_ladder(rule, cell, change, write, access)) return verdict;
    const bool waived = authority_waived || write.at.field != "_review";
    return waived || may_step_review(access, *write.value.text()) ? Verdict() : refuse("step_not_allowed", write.at);
  }
  if (write.op == Op::put) {
    if (Verdict verdict = judge_register(rule, cell, write, access)) return verdict;
    if (write.at.field == "_deleted") return judge_delete(catalog, row, change, write, access, relation);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> judge(const Catalog& catalog, const Row& row, const Change& change, const Access& access,
                             bool authority_waived) {
  if (change.kinds_version > catalog.version) return Refusal{"kinds_newer", {}};
  if (row.begun() && row.kind != change.kind) return Refusal{"kind_mismatch", {}};
  const Kind* kind = catalog.kind(change.kind);
  // What is held may be of a kind that nobody knows: to decide about it one need not know it either.
  const bool only_decides = std::all_of(change.writes.begin(), change.writes.end(),
                                        [](const Write& write) { return is_about_changes(write.at.field); });
  if (!kind && change.kind != unreadable_kind && !only_decides) return Refusal{"kind_unknown", {}};
  if (!access.any()) return Refusal{"not_granted", {}};
  // Before it began it is nobody's, and then his who begins it.
  Relation relation = relation_of(access, catalog, row);
  relation.own |= !row.begun();
  // Nor does it matter whether a consent was withdrawn before this came, or after: it is withheld all the same.
  relation.withheld = false;
  std::set<Address> written;
  bool decides = false;
  for (const Write& write : change.writes) {
    const bool twice = !written.insert(write.at).second || (decides && write.at.field == held_field);
    if (twice) return refuse("cell_twice", write.at);
    decides |= write.at.field == held_field;  // one change decides one held change
    if (Verdict verdict = judge_write(catalog, row, kind, change, write, access, relation, authority_waived))
      return verdict;
  }
  return std::nullopt;
}

}  // namespace lianxin
