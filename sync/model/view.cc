#include "sync/model/view.h"

#include <algorithm>

namespace lianxin {
namespace {

Value shown_field(const Catalog& catalog, const Row& row, const Field& field) {
  const Address at{field.name, {}, {}};
  if (field.merge == Merge::set) {
    Value::List keys;
    for (const auto& [key, attributes] : shown_elements(catalog, row, field.name)) keys.emplace_back(key);
    return keys.empty() ? Value() : Value(std::move(keys));
  }
  if (field.merge == Merge::counter && !row.cell(field.name)) {
    Value::Object family;
    each_cell_of(row, field.name, [&](const Address& address, const Cell& cell) {
      family.emplace(address.element, shown(rule_of(catalog, row.kind, address), cell).value);
    });
    return family.empty() ? Value() : Value(std::move(family));
  }
  const Cell* cell = row.cell(field.name);
  if (!cell && field.merge != Merge::ladder) return {};
  return shown(rule_of(catalog, row.kind, at), cell ? *cell : Cell{}).value;
}

}  // namespace

std::vector<std::string> texts_in(const Row& row, std::string_view field) {
  std::vector<std::string> texts;
  each_cell_of(row, field, [&](const Address& at, const Cell& cell) {
    if (!at.attribute.empty() || cell.heads.empty()) return;
    if (!at.element.empty()) {
      texts.push_back(at.element);
      return;
    }
    for (const Head& head : cell.heads) {
      if (head.value.text()) texts.push_back(*head.value.text());
    }
  });
  return texts;
}

bool is_deleted(const Catalog& catalog, const Row& row) {
  const Cell* cell = row.cell("_deleted");
  if (!cell) return false;
  const CellRule rule = rule_of(catalog, row.kind, {"_deleted", {}, {}});
  if (!conflict(rule, *cell).empty()) return false;
  // Of several deletes each must have seen all: one that had not is a conflict, and its record stays visible.
  const bool contested =
      std::any_of(cell->heads.begin(), cell->heads.end(), [](const Head& head) { return !head.contested.empty(); });
  return !contested && shown(rule, *cell).value == Value(true);
}

std::string state_of(const Catalog& catalog, const Row& row, std::string_view ladder_field) {
  const Field* field = catalog.field(row.kind, ladder_field);
  if (!field || field->merge != Merge::ladder) return {};
  const Value state = shown_field(catalog, row, *field);
  return state.text() ? *state.text() : std::string();
}

bool is_revised(const Catalog& catalog, const Row& row) {
  const Cell* cell = row.cell("_review");
  if (!cell) return false;
  const ShownValue verdict = shown(rule_of(catalog, row.kind, {"_review", {}, {}}), *cell);
  if (!verdict.head) return false;
  const Ladder* ladder = catalog.ladder("review");
  const Rung* submitted = ladder ? ladder->rung("submitted") : nullptr;
  return submitted && verdict.head->rank > submitted->rank && row.written() > verdict.head->seen;
}

std::map<std::string, Value, std::less<>> shown_fields(const Catalog& catalog, const Row& row) {
  std::map<std::string, Value, std::less<>> fields;
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return fields;
  for (const Field& field : kind->fields) {
    Value value = shown_field(catalog, row, field);
    if (!value.is_null()) fields.emplace(field.name, std::move(value));
  }
  return fields;
}

std::map<std::string, Value::Object, std::less<>> shown_elements(const Catalog& catalog, const Row& row,
                                                                 std::string_view field) {
  std::map<std::string, Value::Object, std::less<>> elements;
  each_cell_of(row, field, [&](const Address& address, const Cell& cell) {
    if (address.attribute.empty() && !address.element.empty() && !cell.heads.empty()) elements[address.element];
  });
  each_cell_of(row, field, [&](const Address& address, const Cell& cell) {
    const auto at = elements.find(address.element);
    if (address.attribute.empty() || at == elements.end()) return;
    at->second[address.attribute] = shown(rule_of(catalog, row.kind, address), cell).value;
  });
  return elements;
}

std::vector<Conflict> conflicts_of(const Catalog& catalog, const Row& row) {
  std::vector<Conflict> conflicts;
  for (const auto& [text, cell] : row.cells) {
    const auto address = Address::parse(text);
    if (!address) continue;
    const std::vector<const Head*> rivals = conflict(rule_of(catalog, row.kind, *address), cell);
    const bool contested = text == "_deleted" && std::any_of(cell.heads.begin(), cell.heads.end(),
                                                             [](const Head& head) { return !head.contested.empty(); });
    if (rivals.empty() && !contested) continue;
    Conflict found{text, {}};
    for (const Head* head : rivals) found.heads.push_back(*head);
    if (rivals.empty()) found.heads = cell.heads;
    conflicts.push_back(std::move(found));
  }
  return conflicts;
}

}  // namespace lianxin
