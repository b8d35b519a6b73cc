#include "schema/warnings.h"

#include <algorithm>

#include "schema/refusals.h"
#include "schema/text.h"

namespace lianxin {
namespace {

// The runs of digits in a text, each as plain digits, with a closing X of an ID number kept. With `joined`, single
// spaces and hyphens inside a run are left out, as people write phone and card numbers in groups.
std::vector<std::string> digit_runs(std::string_view text, bool joined) {
  std::vector<std::string> runs;
  std::string run;
  bool gap = false;
  const auto end_run = [&] {
    if (!run.empty()) runs.push_back(std::move(run));
    run.clear();
    gap = false;
  };
  while (!text.empty()) {
    char32_t c = take_character(text);
    if (c >= 0xFF10 && c <= 0xFF19) c -= 0xFEE0;  // full-width digits
    if (c >= '0' && c <= '9') {
      run += static_cast<char>(c);
      gap = false;
    } else if ((c == 'X' || c == 'x') && run.size() == 17) {
      run += 'X';
      end_run();
    } else if (joined && (c == ' ' || c == '-') && !run.empty() && !gap) {
      gap = true;
    } else {
      end_run();
    }
  }
  end_run();
  return runs;
}

int number_at(std::string_view digits, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : digits.substr(at, count)) value = value * 10 + (c - '0');
  return value;
}

// 18 places with a plausible day of birth in the middle (GB 11643). The check digit is not asked: a number with a
// typing error in it is somebody's all the same.
bool is_id_number(std::string_view run) {
  if (run.size() != 18 || run[0] == '0') return false;
  const int year = number_at(run, 6, 4), month = number_at(run, 10, 2), day = number_at(run, 12, 2);
  return year >= 1900 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_mobile_phone(std::string_view run) { return run.size() == 11 && run[0] == '1' && run[1] >= '3'; }

// 16 to 19 digits whose Luhn sum is right (ISO/IEC 7812): a code of that length is rarely so by chance.
bool is_bank_card(std::string_view run) {
  if (run.size() < 16 || run.size() > 19 || run.back() == 'X') return false;
  int sum = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const int digit = run[run.size() - 1 - i] - '0';
    const int doubled = i % 2 == 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

struct Findings {
  std::string field;
  std::vector<Warning> warnings;

  void add(std::string_view code) {
    const auto same = [&](const Warning& warning) { return warning.code == code; };
    if (std::none_of(warnings.begin(), warnings.end(), same)) warnings.push_back({std::string(code), field});
  }
};

void look_at_text(std::string_view text, Findings& findings) {
  for (const bool joined : {false, true}) {
    for (const std::string& run : digit_runs(text, joined)) {
      if (is_id_number(run)) {
        findings.add(refusals::id_number_in_text);
      } else if (is_bank_card(run)) {
        findings.add(refusals::bank_card_in_text);
      } else if (is_mobile_phone(run)) {
        findings.add(refusals::phone_in_text);
      }
    }
  }
}

void look_at_texts(const Value& value, Findings& findings) {
  if (const std::string* text = value.text()) look_at_text(*text, findings);
  if (const Value::List* list = value.list()) {
    for (const Value& each : *list) look_at_texts(each, findings);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) look_at_texts(part, findings);
  }
}

void look_at_money(const Value& value, Findings& findings) {
  if (value.integer() && *value.integer() > large_money_fen) findings.add(refusals::money_large);
}

bool holds_free_text(FieldType type) {
  return type == FieldType::text || type == FieldType::long_text || type == FieldType::object || type == FieldType::any;
}

const Attribute* find_attribute(const Field& field, std::string_view name) {
  const auto at = std::find_if(field.attributes.begin(), field.attributes.end(),
                               [&](const Attribute& each) { return each.name == name; });
  return at == field.attributes.end() ? nullptr : &*at;
}

// What stands at an address: its type, and for an append's entry the types of its parts.
FieldType type_at(const Field& field, std::string_view name) {
  if (const Attribute* attribute = find_attribute(field, name)) return attribute->type;
  return name.empty() ? field.type : FieldType::any;
}

}  // namespace

std::vector<Warning> warnings_of(const Kind& kind, std::string_view address, const Value& value) {
  const std::size_t slash = address.find('/'), last_slash = address.rfind('/');
  const Field* field = kind.field(address.substr(0, slash));
  if (!field || field->number_text) return {};
  Findings findings{std::string(address), {}};
  const std::string_view attribute = slash == last_slash ? std::string_view{} : address.substr(last_slash + 1);
  if (const Attribute* named = find_attribute(*field, attribute); named && named->number_text) return {};
  const FieldType type = type_at(*field, attribute);
  const bool names_itself = field->element_kind == "text" || field->element_kind == "name_or_id";
  if (names_itself && slash != std::string_view::npos && attribute.empty()) {
    look_at_text(address.substr(slash + 1), findings);
  }
  if (type == FieldType::money) look_at_money(value, findings);
  if (holds_free_text(type)) look_at_texts(value, findings);
  return std::move(findings.warnings);
}

std::optional<UnlistedCode> unlisted_code(const Catalog& catalog, const Kind& kind, std::string_view address,
                                          const Value& value) {
  const std::size_t slash = address.find('/'), last_slash = address.rfind('/');
  const Field* field = kind.field(address.substr(0, slash));
  if (!field) return std::nullopt;
  std::string_view list_name;
  if (field->type == FieldType::code) list_name = field->code_list;
  std::string code = value.text() ? *value.text() : "";
  if (slash != last_slash) {
    const Attribute* attribute = find_attribute(*field, address.substr(last_slash + 1));
    list_name = attribute ? std::string_view(attribute->code_list) : std::string_view();
  } else if (slash != std::string_view::npos) {
    list_name = field->element_kind == "code" ? std::string_view(field->code_list) : std::string_view();
    code = address.substr(slash + 1);
  }
  const CodeList* list = catalog.code_list(list_name);
  if (!list || !list->open || code.empty() || list->find(code)) return std::nullopt;
  return UnlistedCode{list->name, std::move(code)};
}

}  // namespace lianxin
