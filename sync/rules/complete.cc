#include "sync/rules/complete.h"

#include <algorithm>

#include "schema/refusals.h"
#include "schema/warnings.h"
#include "sync/model/relation.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

constexpr std::string_view review_field = "_review";

FieldType type_at(const Field& field, const Address& at) {
  if (at.attribute.empty()) return field.type;
  const auto attribute = std::find_if(field.attributes.begin(), field.attributes.end(),
                                      [&](const Attribute& each) { return each.name == at.attribute; });
  return attribute == field.attributes.end() ? FieldType::any : attribute->type;
}

// Two amounts, or two accounts of what was agreed, are no less two inside an element.
bool conflict_blocks(const Field& field, const Address& at) {
  const FieldType type = at.attribute.empty() ? FieldType::any : type_at(field, at);
  return field.conflict_blocks || type == FieldType::money || type == FieldType::long_text;
}

// What was taken from a count and was never in it.
void add_counts_out_of_range(const Kind& kind, const Shown& shown, std::vector<Refusal>& refusals) {
  const auto look_at = [&](const Field& field, const std::string& address, const Value& count) {
    if (!count.integer()) return;
    const bool outside = *count.integer() < field.min.value_or(0) || (field.max && *count.integer() > *field.max);
    if (outside) refusals.push_back({std::string(refusals::value_range), address});
  };
  for (const Field& field : kind.fields) {
    const auto at = field.merge == Merge::counter ? shown.find(field.name) : shown.end();
    if (at == shown.end()) continue;
    look_at(field, field.name, at->second);
    for (const auto& [key, count] : at->second.object() ? *at->second.object() : Value::Object()) {
      look_at(field, field.name + "/" + key, count);
    }
  }
}

// Whether its author gave a reason, which stands with the most guarded of what the change wrote (apply.cc).
bool has_reason(const Row& row, const Head& head) {
  if (!head.reason.empty()) return true;
  return std::any_of(row.cells.begin(), row.cells.end(), [&](const auto& cell) {
    const Head* of_change = cell.second.step(head.id);
    return of_change && !of_change->reason.empty();
  });
}

// A large sum that nobody said a word about, neither with it nor with the step by which the record was handed in.
void add_unexplained_money(const Catalog& catalog, const Row& row, const Kind& kind, std::vector<Refusal>& refusals) {
  const Cell* review = row.cell(review_field);
  if (review && std::any_of(review->heads.begin(), review->heads.end(),
                            [&](const Head& head) { return has_reason(row, head); })) {
    return;
  }
  for (const auto& [text, cell] : row.cells) {
    const auto at = Address::parse(text);
    const Field* field = at ? kind.field(at->field) : nullptr;
    if (!field) continue;
    if (type_at(*field, *at) != FieldType::money) continue;
    const ShownValue value = shown(rule_of(catalog, row.kind, *at), cell);
    const bool large = value.value.integer() && *value.value.integer() > large_money_fen;
    if (large && value.head && !has_reason(row, *value.head)) {
      refusals.push_back({std::string(refusals::money_unexplained), text});
    }
  }
}

}  // namespace

std::vector<Refusal> not_complete(const Catalog& catalog, const Row& row, const Surroundings& around) {
  std::vector<Refusal> refusals;
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return refusals;
  const Shown shown = shown_fields(catalog, row);
  for (std::string& field : missing_fields(*kind, shown)) {
    if (withheld(catalog, row, field)) continue;  // on a phone it does not show
    refusals.push_back({std::string(refusals::incomplete), std::move(field)});
  }
  for (FailedCheck& failed : failed_checks(*kind, shown, elements_of(catalog, row), around)) {
    if (!failed.blocks) continue;
    refusals.push_back({std::move(failed.code), std::move(failed.field), std::move(failed.zh), std::move(failed.en)});
  }
  add_counts_out_of_range(*kind, shown, refusals);
  add_unexplained_money(catalog, row, *kind, refusals);
  return refusals;
}

std::vector<Refusal> not_sound(const Catalog& catalog, const Row& row) {
  std::vector<Refusal> refusals;
  for (const Conflict& conflict : conflicts_of(catalog, row)) {
    const auto at = Address::parse(conflict.address);
    const Field* field = at ? catalog.field(row.kind, at->field) : nullptr;
    // Nobody sees what disagrees there, nor could settle it.
    if (field && conflict_blocks(*field, *at) && !withheld(catalog, row, at->field)) {
      refusals.push_back({std::string(refusals::conflict_open), conflict.address});
    }
  }
  for (const HeldMark& mark : row.held) {
    if (mark.decision == HeldMark::Decision::open) {
      refusals.push_back({std::string(refusals::change_waits), mark.field});
    }
  }
  return refusals;
}

bool is_whole(const Catalog& catalog, const Row& row) {
  return not_sound(catalog, row).empty() && not_complete(catalog, row, Surroundings{}).empty();
}

Elements elements_of(const Catalog& catalog, const Row& row) {
  Elements elements;
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return elements;
  for (const Field& field : kind->fields) {
    if (field.merge == Merge::set) {
      for (auto& [key, attributes] : shown_elements(catalog, row, field.name)) {
        elements[field.name].push_back(std::move(attributes));
      }
    }
    const Cell* cell = field.merge == Merge::append ? row.cell(field.name) : nullptr;
    if (!cell) continue;
    for (const Head* entry : ordered(*cell)) {
      if (entry->value.object()) elements[field.name].push_back(*entry->value.object());
    }
  }
  return elements;
}

}  // namespace lianxin
