#include "client-sdk/phone/joined_json.h"

#include "client-sdk/phone/json_parts.h"

namespace lianxin::client {
namespace {

Value joined_value_json(const JoinedValue& told) {
  Value::Object parts{{"part", told.part}, {"value", plain(told.value)}};
  if (!told.attribute.empty()) parts.emplace("attribute", told.attribute);
  if (!told.value_label.zh.empty()) parts.emplace("value_label", label_value(told.value_label));
  return parts;
}

Value joined_part_json(const JoinedPart& part) {
  return Value::Object{{"id", part.id},
                       {"studio", part.studio},
                       {"title", part.title},
                       {"date", part.date},
                       {"official_no", part.official_no},
                       {"provisional_no", part.provisional_no},
                       {"numbers", texts_value(part.numbers)},
                       {"review", part.review},
                       {"review_label", label_value(part.review_label)},
                       {"state", part.state},
                       {"state_label", label_value(part.state_label)},
                       {"conflicts", part.conflicts},
                       {"held", part.held},
                       {"primary", part.primary},
                       {"deleted", part.deleted}};
}

Value joined_field_json(const JoinedField& field) {
  Value::Object parts{{"name", field.name}, {"label", label_value(field.label)}, {"value", plain(field.value)}};
  if (!field.unit.empty()) parts.emplace("unit", field.unit);
  if (!field.value_label.zh.empty()) parts.emplace("value_label", label_value(field.value_label));
  if (!field.parts.empty()) parts.emplace("parts", list_value(field.parts, named_part_json));
  if (!field.part.empty()) parts.emplace("part", field.part);
  if (!field.others.empty()) parts.emplace("others", list_value(field.others, joined_value_json));
  if (!field.elements.empty()) {
    parts.emplace("elements", list_value(field.elements, [](const JoinedElement& element) {
                    return Value(Value::Object{{"key", element.key},
                                               {"key_label", label_value(element.key_label)},
                                               {"parts", texts_value(element.parts)},
                                               {"attributes", values_value(element.attributes)},
                                               {"labels", labels_value(element.labels)},
                                               {"value_labels", labels_value(element.value_labels)},
                                               {"others", list_value(element.others, joined_value_json)}});
                  }));
  }
  if (!field.entries.empty()) {
    parts.emplace("entries", list_value(field.entries, [](const JoinedEntry& entry) {
                    return Value(Value::Object{{"part", entry.part},
                                               {"change", entry.change},
                                               {"member", entry.member},
                                               {"member_label", label_value(entry.member_label)},
                                               {"named", element_json(entry.named)},
                                               {"clock_ms", entry.clock_ms},
                                               {"value", plain(entry.value)}});
                  }));
  }
  return parts;
}

}  // namespace

Value joined_json(const JoinedView& joined) {
  return Value::Object{{"primary", joined.primary},
                       {"parts", list_value(joined.parts, joined_part_json)},
                       {"fields", list_value(joined.fields, joined_field_json)},
                       {"owed", list_value(joined.owed, [](const JoinedOwed& owed) {
                          return Value(Value::Object{{"field", owed.field},
                                                     {"key", owed.key},
                                                     {"label", label_value(owed.label)},
                                                     {"attribute", owed.attribute},
                                                     {"parts", texts_value(owed.parts)}});
                        })}};
}

}  // namespace lianxin::client
