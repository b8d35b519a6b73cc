#include "schema/validate.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "schema/day.h"
#include "schema/ids.h"
#include "schema/refusals.h"
#include "schema/text.h"

namespace lianxin {
namespace {

// What bounds a value, wherever it stands: a field itself, an attribute of an element, a part of an entry.
struct Bounds {
  FieldType type = FieldType::any;
  std::string_view code_list;
  std::optional<std::int64_t> min, max;
  int decimals = 0;
  int length_max = 0;
};

Bounds bounds_of(const Field& field) {
  return {field.type, field.code_list, field.min, field.max, field.decimals, field.length_max};
}

// An attribute says no number of places; more than this no instrument in a village shows.
constexpr int attribute_decimals = 6;

Bounds bounds_of(const Attribute& attribute) {
  return {attribute.type, attribute.code_list, attribute.min, attribute.max, attribute_decimals, 0};
}

using Wrong = std::string_view;  // of a refusal; empty: nothing is wrong

bool has_control_characters(std::string_view text, bool lines_allowed) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r' || c == '\t') return !lines_allowed;
    return byte < 0x20 || byte == 0x7F;
  });
}

Wrong check_text(const Bounds& bounds, const Value& value) {
  const std::string* text = value.text();
  if (!text || !is_utf8(*text)) return refusals::value_type;
  if (has_control_characters(*text, bounds.type == FieldType::long_text)) return refusals::value_type;
  if (text->size() > field_text_bytes_max) return refusals::value_too_long;
  if (bounds.length_max > 0 && character_count(*text) > static_cast<std::size_t>(bounds.length_max)) {
    return refusals::value_too_long;
  }
  return {};
}

Wrong check_integer(const Bounds& bounds, const Value& value) {
  const std::int64_t* number = value.integer();
  if (!number) return refusals::value_type;
  const bool is_money = bounds.type == FieldType::money;
  const std::int64_t least = bounds.min.value_or(is_money ? 0 : std::numeric_limits<std::int64_t>::min());
  const std::int64_t most = bounds.max.value_or(std::numeric_limits<std::int64_t>::max());
  return *number < least || *number > most ? refusals::value_range : Wrong{};
}

// A decimal in millionths, so that bounds are compared without rounding. At most nine digits before the point.
std::optional<std::int64_t> millionths(std::string_view text, int decimals) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  const auto all_digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!all_digits(whole) || whole.size() > 9 || (point != std::string_view::npos && !all_digits(fraction))) {
    return std::nullopt;
  }
  if (fraction.size() > static_cast<std::size_t>(std::min(decimals, 6))) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return negative ? -value : value;
}

constexpr std::int64_t million = 1000000;

// A whole number may come as one: what a phone's form made of "7" is still what was typed.
std::optional<std::int64_t> decimal_of(const Value& value, int decimals) {
  if (const std::int64_t* number = value.integer()) {
    if (*number > 999999999 || *number < -999999999) return std::nullopt;
    return *number * million;
  }
  return value.text() ? millionths(*value.text(), decimals) : std::nullopt;
}

Wrong check_decimal(const Bounds& bounds, const Value& value) {
  const auto number = decimal_of(value, bounds.decimals);
  if (!number) return refusals::value_type;
  // Clamped, so that a bound beyond what a decimal can hold does not overflow here.
  if (bounds.min && *number < std::clamp<std::int64_t>(*bounds.min, -999999999, 999999999) * million) {
    return refusals::value_range;
  }
  if (bounds.max && *number > std::clamp<std::int64_t>(*bounds.max, -999999999, 999999999) * million) {
    return refusals::value_range;
  }
  return {};
}

bool is_region(std::string_view text) {
  return (text.size() == 6 || text.size() == 9 || text.size() == 12) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Wrong check_geo(const Value& value) {
  const Value *lat = value.find("lat"), *lon = value.find("lon");
  if (!lat || !lon) return refusals::value_type;
  const auto lat_millionths = decimal_of(*lat, 6), lon_millionths = decimal_of(*lon, 6);
  const std::string_view system = value.text_at("coord_sys");
  if (!lat_millionths || !lon_millionths) return refusals::value_type;
  if (system != "WGS84" && system != "GCJ02" && system != "CGCS2000") return refusals::value_type;
  const bool on_earth = std::abs(*lat_millionths) <= 90 * million && std::abs(*lon_millionths) <= 180 * million;
  return on_earth ? Wrong{} : refusals::value_range;
}

constexpr std::size_t open_code_characters_max = 100;

Wrong check_code_in(const Catalog& catalog, std::string_view list_name, std::string_view code) {
  const CodeList* list = catalog.code_list(list_name);
  if (!list || code.empty()) return refusals::code_unknown;
  if (list->find(code)) return {};
  if (!list->open || has_control_characters(code, false)) return refusals::code_unknown;
  return character_count(code) > open_code_characters_max ? refusals::value_too_long : Wrong{};
}

Wrong check(const Catalog& catalog, const Bounds& bounds, const Value& value) {
  if (value.is_null()) return {};
  const std::string_view text = value.text() ? std::string_view(*value.text()) : std::string_view{};
  const auto unless = [](bool right) { return right ? Wrong{} : refusals::value_type; };
  switch (bounds.type) {
    case FieldType::text:
    case FieldType::long_text: return check_text(bounds, value);
    case FieldType::integer:
    case FieldType::money: return check_integer(bounds, value);
    case FieldType::decimal: return check_decimal(bounds, value);
    case FieldType::boolean: return unless(value.boolean());
    case FieldType::date: return unless(value.text() && day_number(text));
    case FieldType::time: return unless(value.text() && is_time_of_day(text));
    case FieldType::code: return value.text() ? check_code_in(catalog, bounds.code_list, text) : refusals::value_type;
    case FieldType::region: return unless(value.text() && is_region(text));
    case FieldType::id: return unless(value.text() && uuid_bytes(text));
    case FieldType::geo: return check_geo(value);
    case FieldType::object: return unless(value.object());
    case FieldType::any: return {};
  }
  return {};
}

const Attribute* attribute_named(const Field& field, std::string_view name) {
  for (const Attribute& each : field.attributes) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::optional<Refusal> refusal(Wrong code, std::string field) {
  if (code.empty()) return std::nullopt;
  return Refusal{std::string(code), std::move(field)};
}

// The texts that a condition compares with: yes and no are "true" and "false", a set is each of its keys.
bool shows_one_of(const Value& value, const std::vector<std::string>& wanted) {
  const auto wants = [&](std::string_view text) {
    return std::find(wanted.begin(), wanted.end(), text) != wanted.end();
  };
  if (const bool* yes = value.boolean()) return wants(*yes ? "true" : "false");
  if (const std::int64_t* number = value.integer()) return wants(std::to_string(*number));
  if (const Value::List* list = value.list()) {
    return std::any_of(list->begin(), list->end(),
                       [&](const Value& each) { return each.text() && wants(*each.text()); });
  }
  return value.text() && wants(*value.text());
}

}  // namespace

std::optional<Refusal> check_value(const Catalog& catalog, const Field& field, const Value& value) {
  return refusal(check(catalog, bounds_of(field), value), field.name);
}

std::optional<Refusal> check_attribute(const Catalog& catalog, const Field& field, std::string_view name,
                                       const Value& value) {
  const Attribute* attribute = attribute_named(field, name);
  return attribute ? refusal(check(catalog, bounds_of(*attribute), value), field.name) : std::nullopt;
}

std::optional<Refusal> check_element(const Catalog& catalog, const Field& field, std::string_view key) {
  std::string address = field.name + '/' + std::string(key);
  const bool shaped = !key.empty() && key.size() <= field_key_bytes_max && key.find('/') == std::string_view::npos &&
                      is_utf8(key) && !has_control_characters(key, false);
  if (!shaped) return refusal(refusals::element_key, field.name);
  if (field.element_kind == "id" && !uuid_bytes(key)) return refusal(refusals::element_key, std::move(address));
  if (field.element_kind == "code") {
    return refusal(check_code_in(catalog, field.code_list, key), std::move(address));
  }
  return std::nullopt;
}

std::optional<Refusal> check_entry(const Catalog& catalog, const Field& field, const Value& entry) {
  if (entry.is_null()) return refusal(refusals::value_type, field.name);  // an entry is never emptied, so never empty
  if (field.attributes.empty()) return check_value(catalog, field, entry);
  if (!entry.object()) return refusal(refusals::value_type, field.name);
  for (const auto& [name, part] : *entry.object()) {
    if (auto wrong = check_attribute(catalog, field, name, part)) return wrong;
  }
  return std::nullopt;
}

bool shows_nothing(const Value& value) {
  return value.is_null() || (value.text() && is_blank(*value.text())) || (value.list() && value.list()->empty()) ||
         (value.object() && value.object()->empty());
}

bool holds(const Premise& when, const Value& value) { return shows_one_of(value, when.in) != when.unless; }

bool holds(const Premise& when, const Shown& shown) {
  if (when.field.empty()) return true;
  const auto found = shown.find(when.field);
  return holds(when, found == shown.end() ? Value() : found->second);
}

std::vector<std::string> missing_fields(const Kind& kind, const Shown& shown) {
  std::vector<std::string> missing;
  const auto shows = [&](const std::string& name) {
    const auto found = shown.find(name);
    return found != shown.end() && !shows_nothing(found->second);
  };
  for (const Field& field : kind.fields) {
    if (!field.required || !holds(field.required->when, shown)) continue;
    const std::string& other = field.required->or_field;
    if (!shows(field.name) && (other.empty() || !shows(other))) missing.push_back(field.name);
  }
  return missing;
}

}  // namespace lianxin
