#include "sync/model/united.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>

#include "schema/validate.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

// How bad a code is: its place in the list. What is not in the list is better than all that is.
std::ptrdiff_t badness(const CodeList* codes, const Value& value) {
  if (!codes || !value.text()) return -1;
  const Code* code = codes->find(*value.text());
  return code ? code - codes->codes.data() : -1;
}

void unite_register(const Catalog& catalog, std::span<const Row* const> parts, std::span<const Value> values,
                    UnitedField& united) {
  const Field& field = *united.field;
  const CodeList* codes = catalog.code_list(field.code_list);
  std::optional<std::size_t> shown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (values[i].is_null()) continue;
    if (!shown || (field.worst_joined && badness(codes, values[i]) > badness(codes, values[*shown]))) shown = i;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool restricts = field.restrictive && values[i] == *field.restrictive;
    if (restricts && values[*shown] != values[i]) shown = i;
  }
  united.value = values[*shown];
  united.part = parts[*shown]->record;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (values[i].is_null() || values[i] == united.value) continue;
    united.others.push_back({parts[i]->record, values[i]});
  }
}

void unite_set(const Catalog& catalog, std::span<const Row* const> parts, UnitedField& united) {
  std::map<std::string, UnitedElement> elements;
  for (const Row* part : parts) {
    for (const auto& [key, attributes] : shown_elements(catalog, *part, united.field->name)) {
      UnitedElement& element = elements[key];
      element.key = key;
      element.parts.push_back(part->record);
      for (const auto& [name, value] : attributes) {
        if (value.is_null()) continue;
        const auto [at, first] = element.attributes.emplace(name, value);
        if (!first && at->second != value) element.others[name].push_back({part->record, value});
      }
    }
  }
  Value::List keys;
  for (auto& [key, element] : elements) {
    keys.emplace_back(key);
    united.elements.push_back(std::move(element));
  }
  united.value = std::move(keys);
}

void unite_append(std::span<const Row* const> parts, UnitedField& united) {
  for (const Row* part : parts) {
    const Cell* cell = part->cell(united.field->name);
    if (!cell) continue;
    for (const Head& head : cell->heads) united.entries.push_back({part->record, head});
  }
  std::sort(united.entries.begin(), united.entries.end(), [](const UnitedEntry& a, const UnitedEntry& b) {
    return std::tie(a.head.clock, a.head.id) < std::tie(b.head.clock, b.head.id);
  });
  Value::List values;
  for (const UnitedEntry& entry : united.entries) values.push_back(entry.head.value);
  united.value = std::move(values);
}

// A family where the parts show one, with each of its counters.
void unite_counter(const std::map<std::string, std::int64_t>& counters, UnitedField& united) {
  const auto whole = counters.find(united.field->name);
  if (whole != counters.end()) united.value = whole->second;
  Value::Object family;
  const std::string prefix = united.field->name + "/";
  for (auto at = counters.lower_bound(prefix); at != counters.end() && at->first.starts_with(prefix); ++at) {
    family.emplace(at->first.substr(prefix.size()), at->second);
  }
  if (!family.empty()) united.value = std::move(family);
}

bool is_united(const Field& field) {
  if (field.merge == Merge::ladder) return false;
  return !field.name.starts_with('_') || field.name == "_official_no" || field.name == "_provisional_no";
}

}  // namespace

std::vector<UnitedField> united(const Catalog& catalog, std::span<const Row* const> parts,
                                std::span<const JoinEdge> edges) {
  std::vector<UnitedField> fields;
  const Kind* kind = catalog.kind(parts.front()->kind);
  if (!kind) return fields;
  std::vector<std::map<std::string, Value, std::less<>>> shown;
  for (const Row* part : parts) shown.push_back(shown_fields(catalog, *part));
  const auto counters = combined_counters(catalog, parts, edges);
  for (const Field& field : kind->fields) {
    if (!is_united(field)) continue;
    std::vector<Value> values;
    for (const auto& of_part : shown) {
      const auto at = of_part.find(field.name);
      values.push_back(at == of_part.end() ? Value() : at->second);
    }
    if (std::all_of(values.begin(), values.end(), [](const Value& value) { return value.is_null(); })) continue;
    UnitedField whole{&field, {}, {}, {}, {}, {}};
    switch (field.merge) {
      case Merge::register_: unite_register(catalog, parts, values, whole); break;
      case Merge::set: unite_set(catalog, parts, whole); break;
      case Merge::append: unite_append(parts, whole); break;
      case Merge::counter: unite_counter(counters, whole); break;
      case Merge::ladder: continue;
    }
    fields.push_back(std::move(whole));
  }
  return fields;
}

std::vector<std::string> keys_owed(const Condition& condition, std::span<const SetElements> parts) {
  std::set<std::string> asked, shown;
  for (const SetElements& elements : parts) {
    for (const auto& [key, attributes] : elements) {
      const auto at = attributes.find(condition.when.field);
      if (holds(condition.when, at == attributes.end() ? Value() : at->second)) asked.insert(key);
      const auto paid = attributes.find(condition.shows);
      if (paid != attributes.end() && !shows_nothing(paid->second)) shown.insert(key);
    }
  }
  std::vector<std::string> owed;
  std::set_difference(asked.begin(), asked.end(), shown.begin(), shown.end(), std::back_inserter(owed));
  return owed;
}

std::vector<Owed> owed_to_each(const Catalog& catalog, std::span<const Row* const> parts) {
  std::set<std::tuple<std::string, std::string, std::string>> owed;
  const auto look_at = [&](const Condition& condition) {
    std::vector<SetElements> of_parts;
    for (const Row* part : parts) of_parts.push_back(shown_elements(catalog, *part, condition.fields.front()));
    for (const std::string& key : keys_owed(condition, of_parts)) {
      owed.emplace(condition.fields.front(), key, condition.shows);
    }
  };
  const Kind* kind = catalog.kind(parts.front()->kind);
  for (const Field& field : kind ? kind->fields : std::vector<Field>()) {
    const Ladder* ladder = field.merge == Merge::ladder ? catalog.ladder(field.ladder) : nullptr;
    for (const Step& step : ladder ? ladder->steps : std::vector<Step>()) {
      for (const Condition& condition : step.conditions) {
        if (condition.what == Condition::What::each) look_at(condition);
      }
    }
  }
  std::vector<Owed> list;
  list.reserve(owed.size());
  for (const auto& [field, key, attribute] : owed) list.push_back({field, key, attribute});
  return list;
}

}  // namespace lianxin
