#include "server/import/item_faults.h"

#include <algorithm>
#include <set>

#include "schema/text.h"

namespace lianxin::server {
namespace {

// Keys that a record is known by or placed by, beside those that its kind calls a text.
constexpr std::string_view code_keys[] = {"id",   "item_code", "org_code", "region_code", "studio_code", "list",
                                          "code", "parent",    "member",   "studio",      "org"};

// Those among them that are written in letters, digits and dashes of ASCII.
constexpr std::string_view plain_code_keys[] = {"id", "item_code", "org_code", "region_code", "studio_code", "parent"};

template <class Keys>
bool among(const Keys& keys, std::string_view key) {
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

bool is_text(FieldType type) {
  switch (type) {
    case FieldType::text:
    case FieldType::long_text:
    case FieldType::code:
    case FieldType::region:
    case FieldType::id:
    case FieldType::date:
    case FieldType::time: return true;
    case FieldType::integer:
    case FieldType::decimal:
    case FieldType::money:
    case FieldType::boolean:
    case FieldType::geo:
    case FieldType::object:
    case FieldType::any: return false;
  }
  return false;
}

// What a spreadsheet makes of a long code: 9.90121E+11.
bool is_shortened_number(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || text.find_first_of("0123456789") != 0) return false;
  return text.find_first_not_of("0123456789.") == e && text.find_first_not_of("+0123456789", e + 1) == text.npos &&
         text.find('.') < e;
}

std::string fault_of_code(std::string_view key, const std::string& text) {
  const std::string name = std::string(key) + " \"" + text + "\"";
  if (is_shortened_number(text)) {
    return name +
           " is a code that a spreadsheet has shortened as a number: format its column as text, and fill it anew";
  }
  std::vector<char32_t> letters;
  for (std::string_view rest = text; !rest.empty();) letters.push_back(take_character(rest));
  if (letters.empty()) return {};
  if (is_blank(letters.front()) || is_blank(letters.back())) return name + " has blanks before or behind it";
  if (!among(plain_code_keys, key)) return {};
  const bool wide = std::any_of(letters.begin(), letters.end(), [](char32_t c) { return c >= 0xFF01 && c <= 0xFF5E; });
  return wide ? name + " is written in full-width characters; codes have plain ones" : std::string();
}

}  // namespace

std::string fault_of(const Kind& kind, const Value& item) {
  for (const auto& [key, value] : *item.object()) {
    const Field* field = kind.field(key);
    const bool is_code = among(code_keys, key);
    if (value.integer() && (is_code || (field && field->merge == Merge::register_ && is_text(field->type)))) {
      return key + " is a number; it is a text, so put it between double quotes, with all its digits";
    }
    if (!is_code || !value.text()) continue;
    if (std::string fault = fault_of_code(key, *value.text()); !fault.empty()) return fault;
  }
  return {};
}

bool may_have_lost_characters(std::string_view text) {
  char32_t before = 0;
  while (!text.empty()) {
    const char32_t letter = take_character(text);
    const auto chinese = [](char32_t c) { return c >= 0x2E80 && c < 0xFF00; };
    if (letter == U'\uFFFD' || (letter == U'?' && chinese(before)) || (chinese(letter) && before == U'?')) return true;
    before = letter;
  }
  return false;
}

std::map<std::string, std::string> Doubles::found() const {
  std::map<std::string, std::set<std::string>> others;
  for (const auto& [key, labels] : labels_) {
    for (const std::string& label : labels) {
      for (const std::string& other : labels) {
        if (other != label) others[label].insert(other);
      }
    }
  }
  std::map<std::string, std::string> words;
  for (const auto& [label, shared] : others) {
    std::string& text = words[label];
    for (const std::string& other : shared) text += (text.empty() ? "" : ", ") + other;
  }
  return words;
}

}  // namespace lianxin::server
