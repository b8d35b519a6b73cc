#include "client-sdk/phone/show.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/core/values.h"
#include "client-sdk/phone/comments.h"
#include "client-sdk/store/marks.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

bool waits(const RecordState& state, std::string_view field) {
  bool any = false;
  each_cell_of(state.row, field, [&](const Address&, const Cell& cell) {
    any |= std::any_of(cell.heads.begin(), cell.heads.end(),
                       [&](const Head& head) { return state.waiting_ids.contains(head.id); });
  });
  return any;
}

FieldView show_field(Names& names, const RecordState& state, const Field& field, const Value& value) {
  FieldView view;
  view.name = field.name;
  view.label = {field.label_zh, field.label_en};
  view.unit = field.unit;
  view.value = field_value_of(value);
  view.value_label = value_label(names, field, value);
  view.parts = parts_of(names, field, value);
  view.waiting = waits(state, field.name);
  if (field.merge == Merge::set) {
    for (const auto& [key, attributes] : shown_elements(names.catalog(), state.row, field.name)) {
      view.elements.push_back(element_view(names, field, key, attributes));
    }
  }
  if (field.merge == Merge::append && value.list()) {
    for (const Value& entry : *value.list()) {
      if (entry.object()) view.entries.push_back(element_view(names, field, {}, *entry.object()));
    }
  }
  return view;
}

// The parts of an element that a change writes, over those that it is shown with.
Value::Object parts_with(const Catalog& catalog, const Row& row, const Change& change, const Address& at) {
  Value::Object parts = parts_in(catalog, row, at);
  for (const Write& write : change.writes) {
    const bool same = write.at.field == at.field && write.at.element == at.element && !write.at.attribute.empty();
    if (same) parts[write.at.attribute] = write.value;
  }
  return parts;
}

void add_values(Names& names, const Row& row, const Change& change, HeldView& view) {
  for (const Write& write : change.writes) {
    const std::string address = write.at.text();
    view.values[address] = field_value_of(write.value);
    const Value::Object parts = parts_with(names.catalog(), row, change, write.at);
    view.labels[address] = label_at(names, change.kind, write.at, parts);
    Label told = written_label(names, change.kind, write.at, write.op, write.value);
    if (!told.zh.empty()) view.value_labels[address] = std::move(told);
  }
}

const char* decision_name(HeldMark::Decision decision) {
  switch (decision) {
    case HeldMark::Decision::open: return "open";
    case HeldMark::Decision::corrected: return "corrected";
    case HeldMark::Decision::dismissed: return "dismissed";
  }
  return "open";
}

HeldView held_view(const std::string& change, const std::string& code, const std::string& field,
                   const MemberId& member) {
  HeldView view;
  view.change = change;
  view.code = code;
  view.field = field;
  view.sentence = held_sentence(code);
  view.member = member.text();
  return view;
}

ConflictView show_conflict(Names& names, const Row& row, const Conflict& conflict) {
  ConflictView view{conflict.address, {}, {}};
  const auto at = Address::parse(conflict.address);
  view.label = at ? label_at(names, row.kind, *at, parts_in(names.catalog(), row, *at)) : in_both(conflict.address);
  for (const Head& head : conflict.heads) {
    view.sides.push_back({head.id.text(), field_value_of(head.value),
                          at ? value_label_at(names, row.kind, *at, head.value) : Label{}, head.member.text(),
                          head.role, head.reason, names.of_id(head.member.text()), role_name(head.role),
                          head.clock.unix_ms()});
  }
  return view;
}

// Of an object the kind may name the parts; a position's are these everywhere.
Label part_label(const Field& field, const std::string& name) {
  if (const Attribute* attribute = attribute_of(field, name)) return {attribute->label_zh, attribute->label_en};
  if (field.type != FieldType::geo) return in_both(name);
  if (name == "lat") return {"纬度", "latitude"};
  if (name == "lon") return {"经度", "longitude"};
  if (name == "coord_sys") return {"坐标系", "coordinates"};
  return in_both(name);
}

}  // namespace

ElementView element_view(Names& names, const Field& field, const std::string& key, const Value::Object& parts) {
  ElementView element;
  element.key = key;
  if (!key.empty()) element.key_label = key_label(names, field, key, parts);
  for (const auto& [name, value] : parts) {
    element.attributes.emplace(name, field_value_of(value));
    const Attribute* attribute = attribute_of(field, name);
    if (!attribute) continue;
    element.labels.emplace(name, Label{attribute->label_zh, attribute->label_en});
    Label named = names.of_value(attribute->type, attribute->code_list, value);
    if (!named.zh.empty()) element.value_labels.emplace(name, std::move(named));
  }
  return element;
}

std::vector<PartView> parts_of(Names& names, const Field& field, const Value& value) {
  std::vector<PartView> parts;
  const bool family = field.merge == Merge::counter;
  if (!value.object() || (!family && field.merge != Merge::register_)) return parts;
  for (const auto& [name, part] : *value.object()) {
    Label label = family ? key_label(names, field, name, {}) : part_label(field, name);
    if (label.zh.empty()) label = in_both(name);
    const Attribute* attribute = attribute_of(field, name);
    parts.push_back({name, std::move(label), field_value_of(part),
                     attribute ? names.of_value(attribute->type, attribute->code_list, part) : Label{}});
  }
  return parts;
}

std::vector<HeldView> held_views(Names& names, const RecordState& state) {
  std::vector<HeldView> views;
  const auto tell_field = [&](HeldView& view, const Change* change) {
    const auto at = Address::parse(view.field);
    if (!at) return;
    view.label = label_at(
        names, state.row.kind, *at,
        change ? parts_with(names.catalog(), state.row, *change, *at) : parts_in(names.catalog(), state.row, *at));
  };
  for (const HeldMark& mark : state.row.held) {
    HeldView& view = views.emplace_back(held_view(mark.id.text(), mark.code, mark.field, mark.member));
    view.decision = decision_name(mark.decision);
    view.mine = state.unread_line;
    const auto own = state.own_held.find(mark.id);
    tell_field(view, own == state.own_held.end() ? nullptr : &own->second);
    if (own == state.own_held.end()) continue;
    view.mine = true;
    add_values(names, state.row, own->second, view);
  }
  for (const RecordState::Stuck& stuck : state.stuck) {
    HeldView& view = views.emplace_back(
        held_view(stuck.change.id.text(), stuck.refusal.code, stuck.refusal.field, stuck.change.member));
    view.decision = "expected";
    view.mine = true;
    tell_field(view, &stuck.change);
    add_values(names, state.row, stuck.change, view);
  }
  return views;
}

ReviewView review_view(Names& names, const Row& row) {
  const Catalog& catalog = names.catalog();
  ReviewView view;
  const Kind* kind = catalog.kind(row.kind);
  if (!kind || !kind->reviewed || !kind->field("_review")) return view;
  view.state = state_of(catalog, row, "_review");
  view.label = state_label(catalog, row.kind, view.state, true);
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
  view.held = held_views(names, state);
  for (const Conflict& conflict : conflicts_of(catalog, row)) {
    view.conflicts.push_back(show_conflict(names, row, conflict));
  }
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return view;
  view.kind_label = {kind->label_zh, kind->label_en};
  const auto shown = shown_fields(catalog, row);
  for (const Field& field : kind->fields) {
    const auto at = shown.find(field.name);
    if (at != shown.end()) view.fields.push_back(show_field(names, state, field, at->second));
  }
  if (kind->reviewed) view.missing = missing_fields(*kind, shown);
  for (const std::string& field : view.missing) view.missing_labels.push_back(label_of(catalog, row.kind, field));
  view.review = review_view(names, row);
  view.comments = comments_about(phone, names, row.record);
  return view;
}

}  // namespace lianxin::client
