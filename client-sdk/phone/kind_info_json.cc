#include "client-sdk/phone/json_parts.h"
#include "lianxin/kind_info.h"
#include "schema/json.h"

namespace lianxin {

using namespace client;
namespace {

Value number_value(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }

Value code_json(const CodeInfo& code) { return Value::Object{{"code", code.code}, {"label", label_value(code.label)}}; }

Value part_json(const AttributeInfo& part) {
  return Value::Object{{"name", part.name},
                       {"type", part.type},
                       {"label", label_value(part.label)},
                       {"takes", label_value(part.takes)},
                       {"codes", list_value(part.codes, code_json)},
                       {"min", number_value(part.min)},
                       {"max", number_value(part.max)}};
}

Value step_json(const StepInfo& step) {
  return Value::Object{{"from", step.from},
                       {"to", step.to},
                       {"from_label", label_value(step.from_label)},
                       {"to_label", label_value(step.to_label)},
                       {"roles", texts_value(step.roles)},
                       {"role_labels", list_value(step.role_labels, label_value)},
                       {"needs_reason", step.needs_reason},
                       {"conditional", step.conditional}};
}

Value field_json(const FieldInfo& field) {
  Value::Object parts{{"name", field.name},
                      {"type", field.type},
                      {"merge", field.merge},
                      {"label", label_value(field.label)},
                      {"takes", label_value(field.takes)},
                      {"unit", field.unit},
                      {"sensitivity", field.sensitivity},
                      {"codes", list_value(field.codes, code_json)},
                      {"parts", list_value(field.parts, part_json)},
                      {"required", field.required},
                      {"min", number_value(field.min)},
                      {"max", number_value(field.max)},
                      {"decimals", field.decimals},
                      {"length_max", field.length_max},
                      {"writers", texts_value(field.writers)},
                      {"steps", list_value(field.steps, step_json)}};
  if (!field.required) return parts;
  parts.emplace("required_label", label_value(field.required_label));
  parts.emplace("required_when", field.required_when);
  parts.emplace("required_in", texts_value(field.required_in));
  parts.emplace("required_unless", field.required_unless);
  parts.emplace("required_or", field.required_or);
  return parts;
}

}  // namespace

std::string KindInfo::to_json() const {
  return lianxin::to_json(Value::Object{{"name", name},
                                        {"label", label_value(label)},
                                        {"reference", reference},
                                        {"reviewed", reviewed},
                                        {"fields", list_value(fields, field_json)}});
}

}  // namespace lianxin
