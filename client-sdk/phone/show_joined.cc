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
  for (const RecordId& record : records) texts.push_back(record.text());
  return texts;
}

Label state_label(const Catalog& catalog, const Row& row, std::string_view field_name, const std::string& state) {
  const Field* field = catalog.field(row.kind, field_name);
  return field && field->merge == Merge::ladder ? value_label(catalog, *field, state) : Label{};
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
  part.review_label = state_label(catalog, row, "_review", summary.review);
  part.state = summary.state;
  if (const Kind* kind = catalog.kind(row.kind)) {
    for (const Field& field : kind->fields) {
      const bool workflow = field.merge == Merge::ladder && field.name != "_review";
      if (workflow) part.state_label = state_label(catalog, row, field.name, summary.state);
    }
  }
  part.conflicts = summary.conflicts;
  part.held = static_cast<int>(row.held.size() + state.stuck.size());
  part.primary = primary;
  part.deleted = summary.deleted;
  return part;
}

JoinedElement element_of(const UnitedElement& united) {
  JoinedElement element{united.key, texts_of(united.parts), {}, {}};
  for (const auto& [name, value] : united.attributes) element.attributes.emplace(name, field_value_of(value));
  for (const auto& [name, values] : united.others) {
    for (const ToldValue& other : values) {
      element.others.push_back({other.part.text(), name, field_value_of(other.value), {}});
    }
  }
  return element;
}

JoinedField field_of(const Catalog& catalog, const UnitedField& united) {
  const Field& field = *united.field;
  JoinedField view{field.name,
                   {field.label_zh, field.label_en},
                   field.unit,
                   field_value_of(united.value),
                   value_label(catalog, field, united.value),
                   united.part.is_zero() ? std::string() : united.part.text(),
                   {},
                   {},
                   {}};
  for (const ToldValue& other : united.others) {
    view.others.push_back(
        {other.part.text(), {}, field_value_of(other.value), value_label(catalog, field, other.value)});
  }
  for (const UnitedElement& element : united.elements) view.elements.push_back(element_of(element));
  for (const UnitedEntry& entry : united.entries) {
    view.entries.push_back({entry.part.text(), entry.head.id.text(), entry.head.member.text(),
                            entry.head.clock.unix_ms(), field_value_of(entry.head.value)});
  }
  return view;
}

std::vector<std::string> parts_with(const std::vector<UnitedField>& fields, const Owed& owed) {
  for (const UnitedField& united : fields) {
    for (const UnitedElement& element : united.elements) {
      if (united.field->name == owed.field && element.key == owed.key) return texts_of(element.parts);
    }
  }
  return {};
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
  for (const UnitedField& field : fields) view.fields.push_back(field_of(catalog, field));
  for (const Owed& owed : owed_to_each(catalog, rows)) {
    view.owed.push_back({owed.field, owed.key, owed.attribute, parts_with(fields, owed)});
  }
  return view;
}

}  // namespace lianxin::client
