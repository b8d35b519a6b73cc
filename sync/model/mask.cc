#include "sync/model/mask.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "schema/ids.h"
#include "schema/text.h"
#include "sync/model/scrub.h"

namespace lianxin {
namespace {

enum class As : std::uint8_t { plain, name, phone, address, geo, age, tags, health, text };

As shown_as(const Field& field, Sensitivity sensitivity) {
  constexpr std::pair<std::string_view, As> by_name[] = {{"name", As::name},           {"head_name", As::name},
                                                         {"handler_name", As::name},   {"participants", As::name},
                                                         {"visitors", As::name},       {"doctors", As::name},
                                                         {"reporters", As::name},      {"phone", As::phone},
                                                         {"contact_phone", As::phone}, {"address_text", As::address},
                                                         {"age_band", As::age},        {"household_tags", As::tags}};
  if (sensitivity == Sensitivity::health) return As::health;
  if (field.type == FieldType::geo) return As::geo;
  const bool person = sensitivity == Sensitivity::personal;
  const auto at =
      std::find_if(std::begin(by_name), std::end(by_name), [&](const auto& each) { return each.first == field.name; });
  if (person && at != std::end(by_name)) return at->second;
  const bool words = field.type == FieldType::text || field.type == FieldType::long_text ||
                     field.type == FieldType::object || field.type == FieldType::any;
  return words || person ? As::text : As::plain;
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view at = rest;
    take_character(rest);
    all.emplace_back(at.substr(0, at.size() - rest.size()));
  }
  return all;
}

const Masked nothing_shown{Value(masked_value), true};

Masked by_text(const std::string& shown, std::string_view was) { return {Value(shown), shown != was}; }

// 33.67 for 33.674412: of a person no house.
std::string cut_decimals(std::string_view number, std::size_t places) {
  const std::size_t point = number.find('.');
  return std::string(point == std::string_view::npos ? number : number.substr(0, point + places + 1));
}

Masked masked_geo(const Value& value, Audience audience) {
  const bool shown = audience == Audience::review || audience == Audience::print;
  if (!value.object() || !shown) return nothing_shown;
  Value::Object point = *value.object();
  for (const char* part : {"lat", "lon"}) {
    point.insert_or_assign(part, cut_decimals(value.text_at(part), audience == Audience::review ? 2 : 3));
  }
  return {Value(std::move(point)), true};
}

Masked masked_name_of(const std::string& name, Audience audience) {
  if (uuid_bytes(name)) return nothing_shown;  // it names a record, or a member: no less than a name
  return by_text(masked_name(name, audience), name);
}

Masked masked_text(As as, const std::string& text, Audience audience, const Names& names) {
  switch (as) {
    case As::name: return masked_name_of(text, audience);
    case As::phone: return by_text(masked_phone(text, audience), text);
    case As::address: return by_text(masked_address(text, audience), text);
    case As::age: return audience == Audience::publish ? nothing_shown : Masked{Value(text), false};
    case As::text: return scrubbed(text, names);
    case As::plain: return {Value(text), false};
    case As::geo:
    case As::tags:
    case As::health: break;
  }
  return nothing_shown;
}

// At any depth; keys of parts are the kind's own words.
Masked masked_part(As as, const Value& value, Audience audience, const Names& names) {
  if (value.text()) return masked_text(as, *value.text(), audience, names);
  Masked all{value, false};
  if (const Value::List* list = value.list()) {
    Value::List shown;
    for (const Value& item : *list) {
      Masked one = masked_part(as, item, audience, names);
      all.altered |= one.altered;
      shown.push_back(std::move(one.value));
    }
    all.value = Value(std::move(shown));
  } else if (const Value::Object* object = value.object()) {
    Value::Object shown;
    for (const auto& [name, part] : *object) {
      Masked one = masked_part(as, part, audience, names);
      all.altered |= one.altered;
      shown.emplace(name, std::move(one.value));
    }
    all.value = Value(std::move(shown));
  }
  return all;
}

void take_out_names(std::string& text, const Names& names, bool& altered) {
  for (const std::string& name : names) {
    if (character_count(name) < 2) continue;
    const std::string shown = masked_name(name, Audience::review);
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += shown.size()) {
      text.replace(at, name.size(), shown);
      altered = true;
    }
  }
}

}  // namespace

Masked masked(const Field& field, Sensitivity sensitivity, const Value& value, Audience audience, const Names& names) {
  if (value.is_null()) return {value, false};
  const As as = shown_as(field, sensitivity);
  if (as == As::geo) return masked_geo(value, audience);
  if (as == As::health || as == As::tags) return nothing_shown;
  // What somebody wrote of persons: who is not known to be one would still be named in it.
  const bool personal_words = as == As::text && sensitivity >= Sensitivity::personal;
  if (personal_words && audience != Audience::print) return nothing_shown;
  return masked_part(as, value, audience, names);
}

Masked scrubbed(std::string_view text, const Names& names) {
  std::string shown;
  std::size_t at = 0;
  bool altered = false;
  for (const auto& [from, to] : numbers_of_persons(text)) {
    shown += text.substr(at, from - at);
    shown += scrub_mark;
    at = to;
    altered = true;
  }
  shown += text.substr(at);
  take_out_names(shown, names, altered);
  return {Value(shown), altered};
}

bool is_clean(std::string_view text) { return !scrubbed(text, {}).altered; }

std::string masked_name(std::string_view name, Audience audience) {
  const std::vector<std::string> all = characters(name);
  if (audience == Audience::print || all.empty()) return std::string(name);
  if (audience == Audience::publish) return all.front() + "某";
  if (audience == Audience::exchange) return all.front() + "**";
  if (all.size() == 1) return "*";
  std::string shown = all.front() + std::string(std::max<std::size_t>(1, all.size() - 2), '*');
  return all.size() == 2 ? shown : shown + all.back();
}

std::string masked_phone(std::string_view phone, Audience audience) {
  const std::string digits = folded_number(phone);
  const bool shown = audience == Audience::review || audience == Audience::print;
  if (!shown || digits.size() < 8) return std::string(masked_value);
  const std::string head = audience == Audience::review ? digits.substr(0, 3) + "****" : std::string("*******");
  return head + digits.substr(digits.size() - 4);
}

std::string masked_address(std::string_view address, Audience audience) {
  const std::vector<std::string_view> ends =
      audience == Audience::print     ? std::vector<std::string_view>{"组", "村", "社区"}
      : audience == Audience::publish ? std::vector<std::string_view>{"镇", "乡", "街道"}
                                      : std::vector<std::string_view>{"村", "社区", "镇", "乡", "街道"};
  if (audience == Audience::exchange) return std::string(address);
  for (const std::string_view end : ends) {
    const std::size_t at = address.find(end);
    if (at != std::string_view::npos) return std::string(address.substr(0, at + end.size()));
  }
  return std::string(masked_value);
}

}  // namespace lianxin
