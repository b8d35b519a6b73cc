#include "client-sdk/phone/labels.h"

#include <algorithm>

#include "schema/explain.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

Label rung_label(const Catalog& catalog, const Field& field, std::string_view state) {
  const Ladder* ladder = catalog.ladder(field.ladder);
  const Rung* rung = ladder ? ladder->rung(state) : nullptr;
  return rung ? Label{rung->label_zh, rung->label_en} : Label{};
}

void go_on_with(Label& label, const Label& more) {
  label.zh += " · " + more.zh;
  label.en += " · " + more.en;
}

}  // namespace

Label label_of(const Catalog& catalog, std::string_view kind, std::string_view address) {
  const Kind* known = catalog.kind(kind);
  if (!known) return in_both(std::string(address));
  const Explanation told = explain(catalog, *known, address);
  return {told.label_zh, told.label_en};
}

const Attribute* attribute_of(const Field& field, std::string_view name) {
  const auto at = std::find_if(field.attributes.begin(), field.attributes.end(),
                               [&](const Attribute& each) { return each.name == name; });
  return at == field.attributes.end() ? nullptr : &*at;
}

Label state_label(const Catalog& catalog, std::string_view kind, std::string_view state, bool review) {
  const Kind* known = state.empty() ? nullptr : catalog.kind(kind);
  if (!known) return {};
  for (const Field& field : known->fields) {
    const bool meant = field.merge == Merge::ladder && (field.name == "_review") == review;
    if (meant) return rung_label(catalog, field, state);
  }
  return {};
}

Label choice_label(const Catalog& catalog, const Field& field, std::string_view value) {
  if (field.merge == Merge::ladder) return rung_label(catalog, field, value);
  const CodeList* codes = field.code_list.empty() ? nullptr : catalog.code_list(field.code_list);
  const Code* code = codes ? codes->find(value) : nullptr;
  return code ? Label{code->label_zh, code->label_en} : Label{};
}

Label key_label(Names& names, const Field& field, std::string_view key, const Value::Object& parts) {
  Label named = field.element_kind == "code" ? names.of_code(field.code_list, key) : names.of_id(key);
  if (!named.zh.empty() || !uuid_bytes(key)) return named;
  for (const Attribute& attribute : field.attributes) {
    const bool worded = attribute.type == FieldType::text || attribute.type == FieldType::long_text;
    const auto at = parts.find(attribute.name);
    const bool says = worded && at != parts.end() && at->second.text() && !at->second.text()->empty();
    if (says) return in_both(given_text(at->second));
  }
  return {};
}

Label label_at(Names& names, std::string_view kind, const Address& at, const Value::Object& parts) {
  const Field* field = names.catalog().field(kind, at.field);
  if (!field) return in_both(at.text());
  Label label{field->label_zh, field->label_en};
  if (at.element.empty()) return label;
  const Label named = key_label(names, *field, at.element, parts);
  go_on_with(label, named.zh.empty() ? in_both(at.element) : named);
  if (at.attribute.empty()) return label;
  const Attribute* attribute = attribute_of(*field, at.attribute);
  go_on_with(label, attribute ? Label{attribute->label_zh, attribute->label_en} : in_both(at.attribute));
  return label;
}

Value::Object parts_in(const Catalog& catalog, const Row& row, const Address& at) {
  if (at.element.empty()) return {};
  auto elements = shown_elements(catalog, row, at.field);
  const auto element = elements.find(at.element);
  return element == elements.end() ? Value::Object{} : std::move(element->second);
}

Label value_label(Names& names, const Field& field, const Value& value) {
  if (field.merge == Merge::ladder) return value.text() ? rung_label(names.catalog(), field, *value.text()) : Label{};
  if (field.merge == Merge::set || field.merge == Merge::append) return {};
  return names.of_value(field.type, field.code_list, value);
}

Label value_label_at(Names& names, std::string_view kind, const Address& at, const Value& value) {
  const Field* field = names.catalog().field(kind, at.field);
  if (!field) return {};
  if (at.element.empty()) return value_label(names, *field, value);
  if (at.attribute.empty()) return names.of_value(FieldType::any, {}, value);
  const Attribute* attribute = attribute_of(*field, at.attribute);
  return attribute ? names.of_value(attribute->type, attribute->code_list, value) : Label{};
}

Label written_label(Names& names, std::string_view kind, const Address& at, Op op, const Value& value) {
  if (op == Op::add) return {"加上", "added"};
  if (op == Op::remove) return {"去掉", "taken out"};
  return value_label_at(names, kind, at, value);
}

}  // namespace lianxin::client
