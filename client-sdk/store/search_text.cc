#include "client-sdk/store/search_text.h"

#include <algorithm>

#include "schema/text.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"
#include "sync/model/searched.h"

namespace lianxin::client {
namespace {

bool is_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

// Within a word of letters and digits these hold a number together: 3f2a-0007, 2.5.
bool joins(std::string_view before, char c, std::string_view behind) {
  const bool joiner = c == '-' || c == '.' || c == '_';
  return joiner && !before.empty() && is_letter(before.back()) && !behind.empty() && is_letter(behind.front());
}

void add_lines(std::string& text, const Catalog& catalog, const Row& row, Sensitivity most) {
  if (catalog.kind(row.kind) && std::max(row.guard, floor_of(catalog, row.kind)) > most) return;
  for (const std::string& line : searched_texts(catalog, row, most)) {
    text += folded(line);
    text += '\n';
  }
}

void put_head(Row& row, const Address& at, const Value& value) {
  Head head;
  head.value = value;
  row.cells[at.text()].heads.push_back(std::move(head));
}

// What a change writes where a search looks, whether it was applied or not.
Row row_of_nothing_but(const Catalog& catalog, const Row& beside, const Change& change) {
  Row row;
  row.record = change.record;
  row.kind = change.kind;
  for (const Write& write : change.writes) {
    const Field* field = catalog.field(change.kind, write.at.field);
    if (!field || !field->search || write.op == Op::remove) continue;
    if (withheld(catalog, beside, write.at.field)) continue;
    const bool element = field->merge == Merge::set && !write.at.element.empty();
    if (element) put_head(row, {write.at.field, write.at.element, {}}, {});
    if (!element || !write.at.attribute.empty()) put_head(row, write.at, write.value);
  }
  return row;
}

}  // namespace

std::string search_text_of(const Catalog& catalog, const RecordState& state, Sensitivity most) {
  std::string text;
  add_lines(text, catalog, state.row, most);
  for (const auto& [id, change] : state.own_held)
    add_lines(text, catalog, row_of_nothing_but(catalog, state.row, change), most);
  for (const RecordState::Stuck& stuck : state.stuck) {
    add_lines(text, catalog, row_of_nothing_but(catalog, state.row, stuck.change), most);
  }
  return text;
}

std::vector<std::string> search_words(std::string_view typed) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  const std::string text = folded(typed);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view at = rest;
    const char32_t c = take_character(rest);
    const bool ascii = c < 0x80;
    const bool ends = ascii ? !is_letter(at.front()) && !joins(word, at.front(), rest) : parts_words(c);
    if (ends) end_word();
    if (!ends) word += at.substr(0, at.size() - rest.size());
  }
  end_word();
  return words;
}

bool has_all(std::string_view text, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace lianxin::client
