#include "client-sdk/store/search_text.h"

#include <algorithm>

#include "schema/ids.h"
#include "schema/text.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

constexpr char number_mark = '\x01';  // before a number; no text of a record may hold it

// Blanks and marks part words, but what holds a number or a syllable together does not: 临-3F2A-0007, བོད་ཡིག.
bool parts_words(char32_t c) {
  if (c < 0x80) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !word && c != '-' && c != '.' && c != '_';
  }
  return c == 0x00A0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x3003) || (c >= 0x3008 && c <= 0x301F);
}

void add_line(std::string& text, std::string_view line) {
  if (uuid_bytes(line)) return;  // names a record to programs; nobody types it to find a text
  text += folded(line);
  text += '\n';
}

// Texts inside a value: of an element's attributes, of an entry. Numbers too: a sum, a count.
void add_texts(std::string& text, const Value& value) {
  if (const std::string* line = value.text()) add_line(text, *line);
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) add_texts(text, item);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) add_texts(text, part);
  }
}

// A code is looked for by what people see of it.
void add_code(std::string& text, const Catalog& catalog, const std::string& list_name, std::string_view code) {
  const CodeList* list = list_name.empty() ? nullptr : catalog.code_list(list_name);
  const Code* known = list ? list->find(code) : nullptr;
  if (known) add_line(text, known->label_zh);
}

void add_elements(std::string& text, const Catalog& catalog, const Row& row, const Field& field) {
  for (const auto& [key, attributes] : shown_elements(catalog, row, field.name)) {
    add_line(text, key);
    add_code(text, catalog, field.code_list, key);
    for (const auto& [name, value] : attributes) {
      add_texts(text, value);
      for (const Attribute& attribute : field.attributes) {
        if (attribute.name == name && value.text()) add_code(text, catalog, attribute.code_list, *value.text());
      }
    }
  }
}

// Two phones may have given one record a number each, offline; on paper both stand.
void add_numbers(std::string& text, const Row& row) {
  for (const char* field : {"_official_no", "_provisional_no"}) {
    const Cell* cell = row.cell(field);
    if (!cell) continue;
    for (const Head& head : cell->heads) {
      if (!head.value.text() || head.value.text()->empty()) continue;
      text += number_mark;
      text += folded(*head.value.text());
      text += '\n';
    }
  }
}

}  // namespace

std::string search_text_of(const Catalog& catalog, const Row& row) {
  std::string text;
  add_numbers(text, row);
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return text;
  const auto texts = shown_fields(catalog, row);
  for (const Field& field : kind->fields) {
    if (!field.search || field.name.starts_with('_')) continue;
    if (field.merge == Merge::set) {
      add_elements(text, catalog, row, field);
    } else if (const auto at = texts.find(field.name); at != texts.end()) {
      add_texts(text, at->second);
      if (at->second.text()) add_code(text, catalog, field.code_list, *at->second.text());
    }
  }
  return text;
}

std::vector<std::string> search_words(std::string_view typed) {
  std::vector<std::string> words;
  std::string word;
  const std::string text = folded(typed);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view at = rest;
    if (parts_words(take_character(rest))) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += at.substr(0, at.size() - rest.size());
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool has_all(std::string_view text, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string_view::npos; });
}

bool has_number(std::string_view text, std::string_view number) {
  return text.find(number_mark + folded(number) + '\n') != std::string_view::npos;
}

}  // namespace lianxin::client
