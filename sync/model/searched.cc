#include "sync/model/searched.h"

#include <algorithm>
#include <iterator>

#include "schema/ids.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

using Texts = std::vector<std::string>;

void add_text(Texts& texts, const std::string& text) {
  if (!text.empty() && !uuid_bytes(text)) texts.push_back(text);
}

// At any depth: of an entry's parts, of an object's.
void add_value(Texts& texts, const Value& value) {
  if (const std::string* text = value.text()) add_text(texts, *text);
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) add_value(texts, item);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) add_value(texts, part);
  }
}

// A code is looked for by what people see of it.
void add_code(Texts& texts, const Catalog& catalog, const std::string& list_name, const Value& value) {
  const CodeList* list = list_name.empty() || !value.text() ? nullptr : catalog.code_list(list_name);
  const Code* code = list ? list->find(*value.text()) : nullptr;
  if (!code) return;
  texts.push_back(code->label_zh);
  texts.push_back(code->label_en);
}

void add_parts(Texts& texts, const Catalog& catalog, const Field& field, const Value::Object& parts) {
  for (const auto& [name, value] : parts) {
    add_value(texts, value);
    for (const Attribute& attribute : field.attributes) {
      if (attribute.name == name) add_code(texts, catalog, attribute.code_list, value);
    }
  }
}

void add_field(Texts& texts, const Catalog& catalog, const Row& row, const Field& field, const Value& shown) {
  switch (field.merge) {
    case Merge::set:
      for (const auto& [key, parts] : shown_elements(catalog, row, field.name)) {
        add_text(texts, key);
        add_code(texts, catalog, field.code_list, Value(key));
        add_parts(texts, catalog, field, parts);
      }
      return;
    case Merge::append:
      for (const Value& entry : shown.list() ? *shown.list() : Value::List()) {
        if (entry.object()) {
          add_parts(texts, catalog, field, *entry.object());
        } else {
          add_value(texts, entry);
        }
      }
      return;
    case Merge::register_:
    case Merge::ladder:
    case Merge::counter: break;
  }
  add_value(texts, shown);
  add_code(texts, catalog, field.code_list, shown);
}

}  // namespace

std::vector<std::string> numbers_in(const Row& row, std::string_view field) {
  std::vector<std::string> numbers;
  const Cell* cell = row.cell(field);
  for (const Head& head : cell ? cell->heads : std::vector<Head>()) {
    if (head.value.text() && !head.value.text()->empty()) numbers.push_back(*head.value.text());
  }
  return numbers;
}

std::vector<std::string> numbers_of(const Row& row) {
  std::vector<std::string> numbers;
  for (const std::string_view field : number_fields) {
    for (std::string& number : numbers_in(row, field)) numbers.push_back(std::move(number));
  }
  return numbers;
}

std::vector<std::string> searched_texts(const Catalog& catalog, const Row& row, Sensitivity up_to) {
  Texts texts = numbers_of(row);
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return texts;
  const auto shown = shown_fields(catalog, row);
  const bool marked = is_withheld(row);
  for (const Field& field : kind->fields) {
    const bool number =
        std::find(std::begin(number_fields), std::end(number_fields), field.name) != std::end(number_fields);
    const auto at = shown.find(field.name);
    if (!field.search || number || at == shown.end()) continue;
    if (marked && is_withheld_field(catalog, row.kind, field.name, row.guard)) continue;
    if (std::max(row.guard, sensitivity_of(catalog, row.kind, field.name)) > up_to) continue;
    add_field(texts, catalog, row, field, at->second);
  }
  return texts;
}

}  // namespace lianxin
