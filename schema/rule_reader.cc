#include "schema/rule_reader.h"

#include <algorithm>

namespace lianxin {
namespace {

constexpr std::int64_t days_max = 3660;

std::optional<int> read_days(PartReader& reader, const Value& part, const std::string& place, std::string_view key) {
  const auto days = reader.integer(part, place, key);
  if (!days) return std::nullopt;
  if (*days < 0 || *days > days_max) reader.refuse(place, "\"" + std::string(key) + "\" must be 0 to 3660");
  return static_cast<int>(std::clamp<std::int64_t>(*days, 0, days_max));
}

// {"when": field, "in": […]} or {"unless": field, "in": […]}, among other keys of `part`.
Premise read_premise(PartReader& reader, const Value& part, const std::string& place) {
  Premise when;
  when.unless = part.find("unless") != nullptr;
  if (when.unless && part.find("when")) reader.refuse(place, "has both \"when\" and \"unless\"");
  when.field = reader.name(part, place, when.unless ? "unless" : "when");
  when.in = reader.texts(part, place, "in");
  if (when.in.empty()) reader.refuse(place, "\"in\" must name at least one value");
  return when;
}

std::vector<std::string> read_names(PartReader& reader, const Value& part, const std::string& place,
                                    std::string_view key) {
  std::vector<std::string> names = reader.texts(part, place, key);
  if (names.empty()) reader.refuse(place, "\"" + std::string(key) + "\" must name at least one field");
  return names;
}

// One of the keys that each say what a condition is.
Condition read_condition(PartReader& reader, const Value& part, const std::string& place) {
  using What = Condition::What;
  Condition condition;
  condition.roles = reader.roles(part, place, "roles");
  const auto says = [&](std::string_view key) { return part.find(key) != nullptr; };
  if (says("complete") || says("sound") || says("back") || says("corrected")) {
    const std::string_view key = says("complete") ? "complete"
                                 : says("sound")  ? "sound"
                                 : says("back")   ? "back"
                                                  : "corrected";
    reader.keys(part, place, {key, "roles"});
    if (!reader.yes(part, place, key)) reader.refuse(place, "\"" + std::string(key) + "\" can only be true");
    condition.what = says("complete") ? What::complete
                     : says("sound")  ? What::sound
                     : says("back")   ? What::back
                                      : What::corrected;
  } else if (says("within_days") || says("within_working_days") || says("after_days")) {
    const std::string_view key = says("within_days")           ? "within_days"
                                 : says("within_working_days") ? "within_working_days"
                                                               : "after_days";
    reader.keys(part, place, {key, "roles"});
    condition.what = says("within_days")           ? What::within_days
                     : says("within_working_days") ? What::within_working_days
                                                   : What::after_days;
    condition.days = read_days(reader, part, place, key).value_or(0);
  } else if (says("each")) {
    reader.keys(part, place, {"each", "when", "unless", "in", "shows", "roles"});
    condition.what = What::each;
    condition.fields = {reader.name(part, place, "each")};
    condition.when = read_premise(reader, part, place);
    condition.shows = reader.name(part, place, "shows");
  } else if (says("shows")) {
    reader.keys(part, place, {"shows", "when", "unless", "in", "or_after_days", "roles"});
    condition.what = What::shows;
    condition.fields = read_names(reader, part, place, "shows");
    if (says("when") || says("unless")) condition.when = read_premise(reader, part, place);
    condition.days = read_days(reader, part, place, "or_after_days").value_or(0);
  } else if (says("accepted")) {
    reader.keys(part, place, {"accepted", "roles"});
    condition.what = What::accepted;
    condition.fields = {reader.name(part, place, "accepted")};
  } else {
    reader.keys(part, place, {"when", "unless", "in", "roles"});
    condition.what = What::value;
    condition.when = read_premise(reader, part, place);
    condition.fields = {condition.when.field};
  }
  return condition;
}

std::map<std::string, std::string> read_pairs(PartReader& reader, const Value& part, const std::string& place,
                                              std::string_view key) {
  std::map<std::string, std::string> pairs;
  const Value* value = part.find(key);
  if (value && !value->object()) reader.refuse(place, "\"" + std::string(key) + "\" must be an object");
  for (const auto& [name, other] : part.object_at(key)) {
    if (!other.text()) reader.refuse(place, "\"" + std::string(key) + "\" pairs names with names");
    pairs.emplace(name, other.text() ? *other.text() : std::string());
  }
  return pairs;
}

std::optional<Check::Rule> rule_named(std::string_view name) {
  using Rule = Check::Rule;
  constexpr std::pair<std::string_view, Rule> rules[] = {
      {"at_least", Rule::at_least}, {"day", Rule::day},     {"twins", Rule::twins},   {"only", Rule::only},
      {"scope", Rule::scope},       {"below", Rule::below}, {"one_of", Rule::one_of}, {"linked_day", Rule::linked_day},
      {"named", Rule::named},       {"empty", Rule::empty}};
  for (const auto& [each, rule] : rules) {
    if (each == name) return rule;
  }
  return std::nullopt;
}

Check read_check(PartReader& reader, const Value& part, const std::string& outer) {
  Check check;
  if (!reader.keys(part, outer + ", check",
                   {"code", "rule", "zh", "en", "blocks", "when", "unless", "in", "field", "other", "same", "values",
                    "limits", "back", "ahead", "linked_kind", "linked_by", "linked_same"})) {
    return check;
  }
  check.code = reader.name(part, outer + ", check", "code");
  const std::string place = outer + ", check " + check.code;
  check.rule = reader.one_of(part, place, "rule", "", rule_named).value_or(Check::Rule::at_least);
  check.label_zh = reader.needed_text(part, place, "zh");
  check.label_en = reader.needed_text(part, place, "en");
  check.blocks = reader.yes(part, place, "blocks");
  if (part.find("when") || part.find("unless")) check.when = read_premise(reader, part, place);
  if (check.rule != Check::Rule::below || part.find("field")) check.field = reader.name(part, place, "field");
  check.other = reader.text(part, place, "other");
  check.same = reader.texts(part, place, "same");
  check.in = reader.texts(part, place, "values");
  if (const Value* limits = part.find("limits"); limits && limits->object()) {
    for (const auto& [name, limit] : *limits->object()) {
      check.limits.emplace(name, reader.integer(*limits, place + ", limits", name).value_or(0));
      static_cast<void>(limit);
    }
  }
  check.back = read_days(reader, part, place, "back");
  check.ahead = read_days(reader, part, place, "ahead");
  check.linked_kind = reader.text(part, place, "linked_kind");
  check.linked_by = reader.text(part, place, "linked_by");
  check.linked_same = read_pairs(reader, part, place, "linked_same");
  return check;
}

// Collects the first thing that is wrong.
struct Misnamed {
  const Catalog& catalog;
  const Kind& kind;
  std::string wrong;

  void refuse(const std::string& place, const std::string& why) {
    if (wrong.empty()) wrong = place + ": " + why;
  }
  const Field* field(const std::string& place, std::string_view name) {
    const Field* found = kind.field(name);
    if (!found) refuse(place, "names \"" + std::string(name) + "\", which is no field of the kind");
    return found;
  }
  void attribute(const std::string& place, const Field* set, const std::string& name) {
    if (!set) return;
    const bool there = std::any_of(set->attributes.begin(), set->attributes.end(),
                                   [&](const Attribute& each) { return each.name == name; });
    if (!there) refuse(place, "names \"" + name + "\", which is no attribute of " + set->name);
  }
  void linked(const std::string& place, const Check& check) {
    const Kind* other = catalog.kind(check.linked_kind);
    if (!other) return refuse(place, "names no kind \"" + check.linked_kind + "\"");
    std::vector<std::string> names;
    if (!check.linked_by.empty()) names.push_back(check.linked_by);
    for (const auto& [theirs, ours] : check.linked_same) {
      names.push_back(theirs);
      field(place, ours);
    }
    if (check.rule == Check::Rule::linked_day) names.push_back(check.other);
    if (check.linked_by.empty() == check.linked_same.empty())
      refuse(place, "one of linked_by and linked_same is needed");
    for (const std::string& name : names) {
      const Field* found = other->field(name);
      if (!found) refuse(place, "names \"" + name + "\", which is no field of " + other->name);
      if (found && !found->index) refuse(place, "looks for \"" + name + "\", which is not indexed");
    }
  }
};

void look_at_check(Misnamed& found, const Check& check) {
  using Rule = Check::Rule;
  const std::string place = "kind " + found.kind.name + ", check " + check.code;
  const Field* field = check.field.empty() ? nullptr : found.field(place, check.field);
  if (check.when) found.field(place, check.when->field);
  switch (check.rule) {
    case Rule::at_least:
      if (check.linked_kind.empty() == check.other.empty())
        found.refuse(place, "one of other and linked_kind is needed");
      if (!check.other.empty()) found.field(place, check.other);
      break;
    case Rule::twins:
      for (const std::string& name : check.same) found.attribute(place, field, name);
      if (check.same.empty()) found.refuse(place, "lacks \"same\"");
      break;
    case Rule::only:
      for (const std::string& name : check.same) found.field(place, name);
      if (field && !field->index) found.refuse(place, "looks for \"" + check.field + "\", which is not indexed");
      break;
    case Rule::below:
      for (const auto& [name, limit] : check.limits) {
        found.field(place, name);
        if (!check.other.empty()) found.attribute(place, found.field(place, check.other), name);
      }
      if (check.limits.empty()) found.refuse(place, "lacks \"limits\"");
      break;
    case Rule::one_of:
      if (check.in.empty()) found.refuse(place, "lacks \"values\"");
      break;
    case Rule::linked_day:
      if (check.linked_kind.empty()) found.refuse(place, "lacks \"linked_kind\"");
      break;
    case Rule::named: {
      const Kind* other = found.catalog.kind(check.linked_kind);
      for (const auto& [theirs, ours] : check.linked_same) {
        found.field(place, ours);
        if (!other || !other->field(theirs)) found.refuse(place, "names no field of another kind");
      }
      if (!check.linked_same.empty()) return;
      if (!other || !other->field(check.other)) found.refuse(place, "names no field of another kind");
      if (check.in.empty()) found.refuse(place, "lacks \"values\"");
      return;
    }
    case Rule::day:
      if (!check.back && !check.ahead) found.refuse(place, "lacks \"back\" and \"ahead\"");
      break;
    case Rule::scope:
    case Rule::empty: break;
  }
  if (!check.linked_kind.empty()) found.linked(place, check);
}

// What a record stands on is looked for from the other side as well.
void look_at_bond(Misnamed& found, const ConsentBond& bond) {
  using Through = ConsentBond::Through;
  const std::string place = "kind " + found.kind.name + ", consent by \"" + bond.field + "\"";
  const bool own = bond.through == Through::person && bond.field.empty();
  const Field* field = own ? nullptr : found.field(place, bond.field);
  if (field && (field->type != FieldType::id || !field->index)) found.refuse(place, "is no id, or not indexed");
  if ((bond.through == Through::person) == bond.scope.empty()) {
    found.refuse(place, "\"scope\" goes with through person, and only there");
  }
}

void look_at_step(Misnamed& found, const Ladder& ladder, const Step& step) {
  const std::string place = "ladder " + ladder.name + ", step " + step.from + " -> " + step.to;
  if (!step.confirmed_by.empty()) {
    const Field* names = found.field(place, step.confirmed_by);
    if (names && !names->index) found.refuse(place, "looks for \"" + step.confirmed_by + "\", which is not indexed");
    found.field(place, step.confirmed_when.field);
  }
  for (const Condition& condition : step.conditions) {
    for (const std::string& name : condition.fields) {
      const Field* field = found.field(place, name);
      if (condition.what != Condition::What::each) continue;
      found.attribute(place, field, condition.when.field);
      found.attribute(place, field, condition.shows);
    }
    const bool of_record = condition.what == Condition::What::shows && !condition.when.field.empty();
    if (of_record) found.field(place, condition.when.field);
  }
}

}  // namespace

std::optional<Required> read_required(PartReader& reader, const Value& part, const std::string& outer) {
  const Value* value = part.find("required");
  if (!value) return std::nullopt;
  if (const bool* always = value->boolean()) return *always ? std::optional(Required{}) : std::nullopt;
  const std::string place = outer + ", required";
  if (!reader.keys(*value, place, {"when", "unless", "in", "or"})) return std::nullopt;
  Required required;
  if (value->find("when") || value->find("unless")) required.when = read_premise(reader, *value, place);
  required.or_field = reader.text(*value, place, "or");
  return required;
}

std::vector<Condition> read_conditions(PartReader& reader, const Value& step, const std::string& place) {
  std::vector<Condition> conditions;
  for (const Value& each : reader.list(step, place, "conditions")) {
    if (!each.object()) reader.refuse(place, "a condition must be an object");
    conditions.push_back(read_condition(reader, each, place + ", condition"));
  }
  return conditions;
}

void read_confirmation(PartReader& reader, const Value& part, const std::string& outer, Step& step) {
  const Value* value = part.find("confirmed_by");
  if (!value) return;
  const std::string place = outer + ", confirmed_by";
  if (!reader.keys(*value, place, {"accepting", "when", "unless", "in"})) return;
  step.confirmed_by = reader.name(*value, place, "accepting");
  step.confirmed_when = read_premise(reader, *value, place);
}

std::vector<Check> read_checks(PartReader& reader, const Value& kind, const std::string& place) {
  std::vector<Check> checks;
  for (const Value& each : reader.list(kind, place, "checks")) {
    checks.push_back(read_check(reader, each, place));
    const auto same = [&](const Check& other) { return other.code == checks.back().code; };
    if (std::count_if(checks.begin(), checks.end(), same) > 1) {
      reader.refuse(place, "check " + checks.back().code + " stands twice");
    }
  }
  return checks;
}

std::vector<ConsentBond> read_consents(PartReader& reader, const Value& kind, const std::string& outer) {
  using Through = ConsentBond::Through;
  const auto through_named = [](std::string_view name) -> std::optional<Through> {
    if (name == "consent") return Through::consent;
    if (name == "person") return Through::person;
    return name == "record" ? std::optional(Through::record) : std::nullopt;
  };
  std::vector<ConsentBond> bonds;
  const std::string place = outer + ", consents";
  for (const Value& each : reader.list(kind, outer, "consents")) {
    if (!reader.keys(each, place, {"through", "field", "scope"})) return bonds;
    ConsentBond bond;
    bond.through = reader.one_of(each, place, "through", "", through_named).value_or(Through::consent);
    bond.field = reader.text(each, place, "field");
    bond.scope = reader.text(each, place, "scope");
    bonds.push_back(std::move(bond));
  }
  return bonds;
}

std::string misnamed_in_rules(const Catalog& catalog, const Kind& kind) {
  Misnamed found{catalog, kind, {}};
  for (const Check& check : kind.checks) look_at_check(found, check);
  for (const ConsentBond& bond : kind.consents) look_at_bond(found, bond);
  for (const Field& field : kind.fields) {
    if (field.required) {
      const std::string place = "kind " + kind.name + ", field " + field.name + ", required";
      if (!field.required->when.field.empty()) found.field(place, field.required->when.field);
      if (!field.required->or_field.empty()) found.field(place, field.required->or_field);
    }
    const Ladder* ladder = catalog.ladder(field.ladder);
    if (!ladder) continue;
    for (const Step& step : ladder->steps) look_at_step(found, *ladder, step);
  }
  return found.wrong;
}

}  // namespace lianxin
