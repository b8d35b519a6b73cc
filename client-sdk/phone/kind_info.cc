#include "client-sdk/phone/kind_info.h"

#include "client-sdk/phone/labels.h"
#include "schema/explain.h"

namespace lianxin::client {
namespace {

std::vector<CodeInfo> codes_of(const Catalog& catalog, const std::string& list) {
  std::vector<CodeInfo> infos;
  if (const CodeList* codes = list.empty() ? nullptr : catalog.code_list(list)) {
    for (const Code& code : codes->codes) infos.push_back({code.code, {code.label_zh, code.label_en}});
  }
  return infos;
}

Label takes_of(const Catalog& catalog, const Kind& kind, const std::string& address) {
  const Explanation told = explain(catalog, kind, address);
  return {told.allowed_zh, told.allowed_en};
}

// A value of a premise: a code, a state, "true" or "false".
Label shown_label(const Catalog& catalog, const Field& field, const std::string& value) {
  if (field.type == FieldType::boolean) return value == "true" ? Label{"是", "yes"} : Label{"否", "no"};
  const Label label = choice_label(catalog, field, value);
  return label.zh.empty() ? Label{value, value} : label;
}

Label required_label(const Catalog& catalog, const Kind& kind, const Required& required) {
  Label label{"必填", "required"};
  if (const Field* field = kind.field(required.when.field)) {
    Label values;
    for (const std::string& each : required.when.in) {
      const Label one = shown_label(catalog, *field, each);
      values.zh += (values.zh.empty() ? "" : "、") + one.zh;
      values.en += (values.en.empty() ? "" : ", ") + one.en;
    }
    const bool unless = required.when.unless;
    label.zh = field->label_zh + (unless ? "不是" : "是") + values.zh + "时必填";
    label.en = "required while " + field->label_en + (unless ? " is none of " : " is one of ") + values.en;
  }
  if (const Field* other = kind.field(required.or_field)) {
    label.zh += "(或填" + other->label_zh + ")";
    label.en += " (or " + other->label_en + ")";
  }
  return label;
}

Label state_name(const Ladder& ladder, const std::string& state) {
  const Rung* rung = ladder.rung(state);
  return rung ? Label{rung->label_zh, rung->label_en} : Label{state, state};
}

void add_steps(const Ladder& ladder, FieldInfo& of) {
  for (const Rung& rung : ladder.rungs) of.codes.push_back({rung.state, {rung.label_zh, rung.label_en}});
  for (const Step& step : ladder.steps) {
    StepInfo info{step.from, step.to,           state_name(ladder, step.from), state_name(ladder, step.to), step.roles,
                  {},        step.needs_reason, !step.conditions.empty()};
    for (const std::string& role : step.roles) info.role_labels.push_back(role_name(role));
    of.steps.push_back(std::move(info));
  }
}

FieldInfo field_info(const Catalog& catalog, const Kind& kind, const Field& field) {
  FieldInfo of;
  of.name = field.name;
  of.type = name_of(field.type);
  of.merge = name_of(field.merge);
  of.label = {field.label_zh, field.label_en};
  of.takes = takes_of(catalog, kind, field.name);
  of.unit = field.unit;
  of.sensitivity = name_of(field.sensitivity);
  of.codes = codes_of(catalog, field.code_list);
  for (const Attribute& each : field.attributes) {
    of.parts.push_back({each.name,
                        name_of(each.type),
                        {each.label_zh, each.label_en},
                        takes_of(catalog, kind, field.name + "/*/" + each.name),
                        codes_of(catalog, each.code_list),
                        each.min,
                        each.max});
  }
  if (field.required) {
    of.required = true;
    of.required_when = field.required->when.field;
    of.required_in = field.required->when.in;
    of.required_unless = field.required->when.unless;
    of.required_or = field.required->or_field;
    of.required_label = required_label(catalog, kind, *field.required);
  }
  of.min = field.min;
  of.max = field.max;
  of.decimals = field.decimals;
  of.length_max = field.length_max;
  of.writers = field.writers;
  if (const Ladder* ladder = field.merge == Merge::ladder ? catalog.ladder(field.ladder) : nullptr) {
    add_steps(*ladder, of);
  }
  return of;
}

}  // namespace

std::vector<KindInfo> kinds_of(const Catalog& catalog) {
  std::vector<KindInfo> kinds;
  for (const auto& [name, kind] : catalog.kinds) {
    KindInfo info{name, {kind.label_zh, kind.label_en}, kind.reference, kind.reviewed, {}};
    for (const Field& field : kind.fields) info.fields.push_back(field_info(catalog, kind, field));
    kinds.push_back(std::move(info));
  }
  return kinds;
}

}  // namespace lianxin::client
