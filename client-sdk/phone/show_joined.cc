#include "client-sdk/phone/show_joined.h"

#include <algorithm>

#include "client-sdk/core/values.h"
#include "client-sdk/phone/show.h"
#include "client-sdk/store/joins.h"
#include "sync/log/summary.h"
#include "sync/model/searched.h"
#include "sync/model/united.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

std::vector<std::string> texts_of(const std::vector<RecordId>& records) {
  std::vector<std::string> texts;
  texts.reserve(records.size());
  for (const RecordId& record : records) texts.push_back(record.text());
  return texts;
}

JoinedPart part_of(const Catalog& catalog, const RecordState& state, bool primary) {
  const Row& row = state.row;
  const RowSummary summary = summary_of(catalog, row);
  JoinedPart part;
  part.id = row.record.text();
  part.studio = state.studio.text();
  part.title = summary.title;
  part.date = summary.date;
  part.official_no = summary.official_no;
  part.provisional_no = summary.provisional_no;
  part.numbers = numbers_of(row);
  part.review = summary.review;
  part.review_label = state_label(catalog, row.kind, summary.review, true);
  part.state = summary.state;
  part.state_label = state_label(catalog, row.kind, summary.state, false);
  part.conflicts = summary.conflicts;
  part.held = static_cast<int>(row.held.size() + state.stuck.size());
  part.primary = primary;
  part.deleted = summary.deleted;
  return part;
}

JoinedValue told_value(Names& names, const Field& field, const std::string& attribute, const ToldValue& told) {
  const Attribute* known = attribute.empty() ? nullptr : attribute_of(field, attribute);
  Label label;
  if (attribute.empty()) label = value_label(names, field, told.value);
  if (known) label = names.of_value(known->type, known->code_list, told.value);
  return {told.part.text(), attribute, field_value_of(told.value), std::move(label)};
}

JoinedElement joined_element(Names& names, const Field& field, const UnitedElement& united) {
  ElementView view = element_view(names, field, united.key, united.attributes);
  JoinedElement element{united.key,
                        std::move(view.key_label),
                        texts_of(united.parts),
                        std::move(view.attributes),
                        std::move(view.labels),
                        std::move(view.value_labels),
                        {}};
  for (const auto& [name, values] : united.others) {
    for (const ToldValue& other : values) element.others.push_back(told_value(names, field, name, other));
  }
  return element;
}

JoinedEntry joined_entry(Names& names, const Field& field, const UnitedEntry& united) {
  const Head& head = united.head;
  JoinedEntry entry{united.part.text(),
                    head.id.text(),
                    head.member.text(),
                    head.clock.unix_ms(),
                    field_value_of(head.value),
                    names.of_id(head.member.text()),
                    {}};
  if (head.value.object()) entry.named = element_view(names, field, {}, *head.value.object());
  return entry;
}

JoinedField joined_field(Names& names, const UnitedField& united) {
  const Field& field = *united.field;
  JoinedField view;
  view.name = field.name;
  view.label = {field.label_zh, field.label_en};
  view.unit = field.unit;
  view.value = field_value_of(united.value);
  view.value_label = value_label(names, field, united.value);
  view.parts = parts_of(names, field, united.value);
  if (!united.part.is_zero()) view.part = united.part.text();
  for (const ToldValue& other : united.others) view.others.push_back(told_value(names, field, {}, other));
  for (const UnitedElement& element : united.elements) view.elements.push_back(joined_element(names, field, element));
  for (const UnitedEntry& entry : united.entries) view.entries.push_back(joined_entry(names, field, entry));
  return view;
}

const UnitedElement* element_at(const std::vector<UnitedField>& fields, const Owed& owed) {
  for (const UnitedField& united : fields) {
    for (const UnitedElement& element : united.elements) {
      if (united.field->name == owed.field && element.key == owed.key) return &element;
    }
  }
  return nullptr;
}

JoinedOwed joined_owed(Names& names, const std::string& kind, const std::vector<UnitedField>& fields,
                       const Owed& owed) {
  const UnitedElement* element = element_at(fields, owed);
  JoinedOwed view{owed.field, owed.key, {}, owed.attribute, {}};
  view.label = label_at(names, kind, {owed.field, owed.key, {}}, element ? element->attributes : Value::Object{});
  if (element) view.parts = texts_of(element->parts);
  return view;
}

// As they now are, the one that stands for all first. One that cannot be read is pulled again, and missing till then.
std::vector<RecordState> states_of(PhoneCore& core, const JoinedHere& here, const RecordState& own) {
  std::vector<RecordState> states;
  for (const RecordId& record : here.records) {
    Result<RecordState> state = record == own.row.record ? Result<RecordState>(own) : core.state_of(record.text());
    if (state) states.push_back(std::move(*state));
  }
  std::stable_partition(states.begin(), states.end(),
                        [&](const RecordState& state) { return state.row.record == here.primary; });
  return states;
}

}  // namespace

JoinedView joined_around(PhoneCore& core, const Catalog& catalog, const RecordState& state) {
  JoinedView view;
  const JoinedHere here = Joins(core.db()).around(state.row.record);
  if (here.records.size() < 2) return view;
  const std::vector<RecordState> states = states_of(core, here, state);
  std::vector<const Row*> rows;
  view.primary = here.primary.text();
  for (const RecordState& part : states) {
    view.parts.push_back(part_of(catalog, part, part.row.record == here.primary));
    if (!is_deleted(catalog, part.row)) rows.push_back(&part.row);
  }
  if (rows.empty()) return view;
  const std::vector<UnitedField> fields = united(catalog, rows, here.edges);
  Names names(core, catalog);
  for (const UnitedField& field : fields) view.fields.push_back(joined_field(names, field));
  for (const Owed& owed : owed_to_each(catalog, rows)) {
    view.owed.push_back(joined_owed(names, state.row.kind, fields, owed));
  }
  return view;
}

}  // namespace lianxin::client
