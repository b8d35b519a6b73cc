#include "client-sdk/phone/show.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/core/values.h"
#include "schema/explain.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

Label rung_label(const Catalog& catalog, const Field& field, const std::string& state) {
  const Ladder* ladder = catalog.ladder(field.ladder);
  const Rung* rung = ladder ? ladder->rung(state) : nullptr;
  return rung ? Label{rung->label_zh, rung->label_en} : Label{};
}

bool waits(const RecordState& state, std::string_view field) {
  bool any = false;
  each_cell_of(state.row, field, [&](const Address&, const Cell& cell) {
    any |= std::any_of(cell.heads.begin(), cell.heads.end(),
                       [&](const Head& head) { return state.waiting_ids.contains(head.id); });
  });
  return any;
}

const Attribute* attribute_of(const Field& field, std::string_view name) {
  const auto at = std::find_if(field.attributes.begin(), field.attributes.end(),
                               [&](const Attribute& each) { return each.name == name; });
  return at == field.attributes.end() ? nullptr : &*at;
}

ElementView show_parts(Names& names, const Field& field, const std::string& key, const Value::Object& parts) {
  ElementView element;
  element.key = key;
  if (!key.empty()) {
    element.key_label = field.element_kind == "code" ? names.of_code(field.code_list, key) : names.of_id(key);
  }
  for (const auto& [name, value] : parts) {
    element.attributes.emplace(name, field_value_of(value));
    const Attribute* attribute = attribute_of(field, name);
    if (attribute) element.labels.emplace(name, Label{attribute->label_zh, attribute->label_en});
    Label named = attribute ? names.of_value(attribute->type, attribute->code_list, value) : Label{};
    if (!named.zh.empty()) element.value_labels.emplace(name, std::move(named));
  }
  return element;
}

FieldView show_field(Names& names, const Catalog& catalog, const RecordState& state, const Field& field,
                     const Value& value) {
  FieldView view;
  view.name = field.name;
  view.label = {field.label_zh, field.label_en};
  view.unit = field.unit;
  view.value = field_value_of(value);
  view.value_label = field_value_label(names, catalog, field, value);
  view.waiting = waits(state, field.name);
  if (field.merge == Merge::set) {
    for (const auto& [key, attributes] : shown_elements(catalog, state.row, field.name)) {
      view.elements.push_back(show_parts(names, field, key, attributes));
    }
  }
  if (field.merge == Merge::append && value.list()) {
    for (const Value& entry : *value.list()) {
      if (entry.object()) view.entries.push_back(show_parts(names, field, {}, *entry.object()));
    }
  }
  return view;
}

std::map<std::string, FieldValue> values_in(const Change& change) {
  std::map<std::string, FieldValue> values;
  for (const Write& write : change.writes) values[write.at.text()] = field_value_of(write.value);
  return values;
}

const char* decision_name(HeldMark::Decision decision) {
  switch (decision) {
    case HeldMark::Decision::open: return "open";
    case HeldMark::Decision::corrected: return "corrected";
    case HeldMark::Decision::dismissed: return "dismissed";
  }
  return "open";
}

std::vector<HeldView> show_held(const Catalog& catalog, const RecordState& state) {
  std::vector<HeldView> views;
  for (const HeldMark& mark : state.row.held) {
    HeldView view{mark.id.text(),
                  mark.code,
                  mark.field,
                  held_sentence(mark.code),
                  decision_name(mark.decision),
                  state.unread_line,
                  mark.member.text(),
                  {},
                  {},
                  {}};
    if (const auto own = state.own_held.find(mark.id); own != state.own_held.end()) {
      view.mine = true;
      view.values = values_in(own->second);
    }
    views.push_back(std::move(view));
  }
  for (const RecordState::Stuck& stuck : state.stuck) {
    views.push_back({stuck.change.id.text(),
                     stuck.refusal.code,
                     stuck.refusal.field,
                     held_sentence(stuck.refusal.code),
                     "expected",
                     true,
                     stuck.change.member.text(),
                     values_in(stuck.change),
                     {},
                     {}});
  }
  for (HeldView& view : views) {
    if (!view.field.empty()) view.label = label_of(catalog, state.row.kind, view.field);
    for (const auto& [address, value] : view.values) {
      view.labels.emplace(address, label_of(catalog, state.row.kind, address));
    }
  }
  return views;
}

ConflictView show_conflict(Names& names, const Catalog& catalog, const Row& row, const Conflict& conflict) {
  ConflictView view{conflict.address, label_of(catalog, row.kind, conflict.address), {}};
  for (const Head& head : conflict.heads) {
    view.sides.push_back({head.id.text(), field_value_of(head.value),
                          value_label_at(names, catalog, row.kind, conflict.address, head.value), head.member.text(),
                          head.role, head.reason, names.of_id(head.member.text()), role_name(head.role),
                          head.clock.unix_ms()});
  }
  return view;
}

ReviewView show_review(Names& names, const Catalog& catalog, const Row& row, const Kind& kind) {
  ReviewView view;
  const Field* field = kind.reviewed ? kind.field("_review") : nullptr;
  if (!field) return view;
  view.state = state_of(catalog, row, "_review");
  view.label = rung_label(catalog, *field, view.state);
  view.marked = marked_fields(catalog, row);
  for (const std::string& mark : view.marked) view.marked_labels.push_back(label_of(catalog, row.kind, mark));
  view.revised = is_revised(catalog, row);
  const Cell* cell = row.cell("_review");
  if (!cell) return view;
  const ShownValue step = shown(rule_of(catalog, row.kind, {"_review", {}, {}}), *cell);
  if (!step.head) return view;
  view.by = step.head->member.text();
  view.role = step.head->role;
  view.reason = step.head->reason;
  view.by_label = names.of_id(view.by);
  view.role_label = role_name(view.role);
  return view;
}

}  // namespace

Label value_label(const Catalog& catalog, const Field& field, const Value& value) {
  if (!value.text()) return {};
  if (field.merge == Merge::ladder) return rung_label(catalog, field, *value.text());
  const CodeList* codes = field.code_list.empty() ? nullptr : catalog.code_list(field.code_list);
  const Code* code = codes ? codes->find(*value.text()) : nullptr;
  return code ? Label{code->label_zh, code->label_en} : Label{};
}

Label field_value_label(Names& names, const Catalog& catalog, const Field& field, const Value& value) {
  if (field.merge == Merge::ladder) return value.text() ? rung_label(catalog, field, *value.text()) : Label{};
  if (field.merge == Merge::set || field.merge == Merge::append) return {};
  return names.of_value(field.type, field.code_list, value);
}

Label value_label_at(Names& names, const Catalog& catalog, std::string_view kind, std::string_view address,
                     const Value& value) {
  const auto at = Address::parse(address);
  const Field* field = at ? catalog.field(kind, at->field) : nullptr;
  if (!field) return {};
  if (at->attribute.empty()) {
    return at->element.empty() ? field_value_label(names, catalog, *field, value) : names.of_value({}, {}, value);
  }
  const Attribute* attribute = attribute_of(*field, at->attribute);
  return attribute ? names.of_value(attribute->type, attribute->code_list, value) : Label{};
}

Label label_of(const Catalog& catalog, std::string_view kind, std::string_view address) {
  const Kind* known = catalog.kind(kind);
  if (!known) return {std::string(address), std::string(address)};
  const Explanation told = explain(catalog, *known, address);
  return {told.label_zh, told.label_en};
}

Label state_label(const Catalog& catalog, std::string_view kind, std::string_view state, bool review) {
  const Kind* known = state.empty() ? nullptr : catalog.kind(kind);
  if (!known) return {};
  for (const Field& field : known->fields) {
    const bool meant = field.merge == Merge::ladder && (field.name == "_review") == review;
    if (meant) return rung_label(catalog, field, std::string(state));
  }
  return {};
}

std::vector<std::string> marked_fields(const Catalog& catalog, const Row& row) {
  std::vector<std::string> marked;
  const auto shown = shown_fields(catalog, row);
  const auto at = shown.find("_marks");
  if (at == shown.end()) return marked;
  for (const Value& item : at->second.list() ? *at->second.list() : Value::List{at->second}) {
    if (item.text()) marked.push_back(*item.text());
  }
  if (const Value::Object* notes = at->second.object()) {  // by field, with a remark each
    for (const auto& [field, note] : *notes) marked.push_back(field);
  }
  return marked;
}

RecordView view_of(PhoneCore& phone, const Catalog& catalog, const RecordState& state) {
  Names names(phone, catalog);
  const Row& row = state.row;
  const RowSummary summary = summary_of(catalog, row);
  RecordView view;
  view.id = row.record.text();
  view.studio = state.studio.text();
  view.kind = row.kind;
  view.title = summary.title;
  view.provisional_no = summary.provisional_no;
  view.official_no = summary.official_no;
  view.created_by = row.created_by.text();
  view.created_ms = summary.created_ms;
  view.deleted = summary.deleted;
  view.waiting = state.waiting > 0;
  view.waiting_changes = static_cast<int>(state.waiting);
  view.created_by_label = names.of_id(view.created_by);
  view.held = show_held(catalog, state);
  for (const Conflict& conflict : conflicts_of(catalog, row)) {
    view.conflicts.push_back(show_conflict(names, catalog, row, conflict));
  }
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return view;
  view.kind_label = {kind->label_zh, kind->label_en};
  const auto shown = shown_fields(catalog, row);
  for (const Field& field : kind->fields) {
    const auto at = shown.find(field.name);
    if (at != shown.end()) view.fields.push_back(show_field(names, catalog, state, field, at->second));
  }
  if (kind->reviewed) view.missing = missing_fields(*kind, shown);
  for (const std::string& field : view.missing) view.missing_labels.push_back(label_of(catalog, row.kind, field));
  view.review = show_review(names, catalog, row, *kind);
  return view;
}

}  // namespace lianxin::client
