#include "client-sdk/store/search_text.h"

#include <algorithm>

#include "client-sdk/store/numbers.h"
#include "schema/ids.h"
#include "schema/text.h"
#include "sync/model/policy.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

// Within a word they hold a number or a syllable together: 临-3F2A-0007, 2.5.
constexpr std::string_view joiners = "-._";

// Blanks and marks part words. Of other scripts all but a few blanks and marks belong to words: བོད་ཡིག.
bool parts_words(char32_t c) {
  if (c < 0x80) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !word && joiners.find(static_cast<char>(c)) == std::string_view::npos;
  }
  return c == 0x00A0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x3003) || (c >= 0x3008 && c <= 0x301F);
}

void add_word(std::vector<std::string>& words, std::string_view word) {
  const std::size_t begin = word.find_first_not_of(joiners), end = word.find_last_not_of(joiners);
  if (begin != std::string_view::npos) words.emplace_back(word.substr(begin, end - begin + 1));
}

void add_line(std::string& text, std::string_view line) {
  if (uuid_bytes(line)) return;  // names a record to programs; nobody types it to find a text
  text += folded(line);
  text += '\n';
}

// The texts inside a value, at any depth. Whole numbers are not among them: of 3 or 37 every record has some.
void add_texts(std::string& text, const Value& value) {
  if (const std::string* line = value.text()) add_line(text, *line);
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) add_texts(text, item);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) add_texts(text, part);
  }
}

// One record's text while it is put together.
class Gathered {
 public:
  Gathered(const Catalog& catalog, Sensitivity most) : catalog_(catalog), most_(most) {}

  void add_shown(const Row& row) {
    const Kind* kind = catalog_.kind(row.kind);
    if (!kind) return;
    const auto shown = shown_fields(catalog_, row);
    for (const Field& field : kind->fields) {
      if (!is_searched(*kind, field)) continue;
      if (field.merge == Merge::set) {
        for (const auto& [key, parts] : shown_elements(catalog_, row, field.name)) {
          add_key(field, key);
          add_parts(field, parts);
        }
      } else if (const auto at = shown.find(field.name); at != shown.end()) {
        add_value(field, at->second);
      }
    }
  }

  // What a change writes, whether it was applied or not.
  void add_written(const Change& change) {
    const Kind* kind = catalog_.kind(change.kind);
    for (const Write& write : change.writes) {
      const Field* field = kind ? kind->field(write.at.field) : nullptr;
      if (!field || !is_searched(*kind, *field)) continue;
      if (!write.at.element.empty()) add_key(*field, write.at.element);
      if (write.at.attribute.empty()) {
        add_value(*field, write.value);
      } else {
        add_parts(*field, {{write.at.attribute, write.value}});
      }
    }
  }

  std::string text;

 private:
  bool is_searched(const Kind& kind, const Field& field) const {
    return field.search && !field.name.starts_with('_') && sensitivity_of(catalog_, kind.name, field.name) <= most_;
  }

  // A code is looked for by what people see of it.
  void add_code(std::string_view list_name, const Value& value) {
    const CodeList* list = list_name.empty() || !value.text() ? nullptr : catalog_.code_list(list_name);
    const Code* known = list ? list->find(*value.text()) : nullptr;
    if (!known) return;
    add_line(text, known->label_zh);
    add_line(text, known->label_en);
  }

  void add_key(const Field& field, const std::string& key) {
    add_line(text, key);
    add_code(field.code_list, key);
  }

  void add_parts(const Field& field, const Value::Object& parts) {
    for (const auto& [name, value] : parts) {
      add_texts(text, value);
      for (const Attribute& attribute : field.attributes) {
        if (attribute.name == name) add_code(attribute.code_list, value);
      }
    }
  }

  // Of a register, or the entries of an append.
  void add_value(const Field& field, const Value& value) {
    if (const Value::List* entries = value.list()) {
      for (const Value& entry : *entries) add_value(field, entry);
    } else if (value.object()) {
      add_parts(field, *value.object());
    } else {
      add_texts(text, value);
      add_code(field.code_list, value);
    }
  }

  const Catalog& catalog_;
  const Sensitivity most_;
};

}  // namespace

std::string search_text_of(const Catalog& catalog, const RecordState& state, Sensitivity most) {
  if (catalog.kind(state.row.kind) && floor_of(catalog, state.row.kind) > most) return {};
  Gathered gathered(catalog, most);
  for (const std::string& number : every_number_of(state)) add_line(gathered.text, number);
  gathered.add_shown(state.row);
  for (const auto& [id, change] : state.own_held) gathered.add_written(change);
  for (const RecordState::Stuck& stuck : state.stuck) gathered.add_written(stuck.change);
  return std::move(gathered.text);
}

std::vector<std::string> search_words(std::string_view typed) {
  std::vector<std::string> words;
  std::string word;
  const std::string text = folded(typed);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view at = rest;
    if (parts_words(take_character(rest))) {
      add_word(words, word);
      word.clear();
    } else {
      word += at.substr(0, at.size() - rest.size());
    }
  }
  add_word(words, word);
  return words;
}

bool has_all(std::string_view text, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace lianxin::client
