#include "schema/explain.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/text.h"

namespace lianxin {
namespace {

constexpr std::size_t given_characters_max = 60;
constexpr std::size_t codes_told_max = 20;

struct Told {
  std::string zh, en;
};

Told range_told(const std::optional<std::int64_t>& min, const std::optional<std::int64_t>& max) {
  if (min && max) {
    const std::string both = std::to_string(*min), top = std::to_string(*max);
    return {"，" + both + " 到 " + top, ", " + both + " to " + top};
  }
  if (min) return {"，不小于 " + std::to_string(*min), ", at least " + std::to_string(*min)};
  if (max) return {"，不大于 " + std::to_string(*max), ", at most " + std::to_string(*max)};
  return {};
}

Told codes_told(const Catalog& catalog, const std::string& list_name) {
  const CodeList* list = catalog.code_list(list_name);
  if (!list) return {"选项代码", "a code"};
  Told told{"可选：", "one of: "};
  std::size_t count = 0;
  for (const Code& code : list->codes) {
    if (count == codes_told_max) {
      told.zh += "……";
      told.en += " …";
      break;
    }
    told.zh += (count ? "、" : "") + code.label_zh + "(" + code.code + ")";
    told.en += (count ? ", " : "") + code.label_en + " (" + code.code + ")";
    ++count;
  }
  return told;
}

Told type_told(const Catalog& catalog, FieldType type, const std::string& code_list,
               const std::optional<std::int64_t>& min, const std::optional<std::int64_t>& max, int decimals,
               int length_max) {
  const Told range = range_told(min, max);
  const std::string length_zh = length_max > 0 ? "，最多 " + std::to_string(length_max) + " 字" : "";
  const std::string length_en = length_max > 0 ? ", at most " + std::to_string(length_max) + " characters" : "";
  switch (type) {
    case FieldType::text: return {"一行文字" + length_zh, "one line of text" + length_en};
    case FieldType::long_text: return {"文字" + length_zh, "text" + length_en};
    case FieldType::integer: return {"整数" + range.zh, "a whole number" + range.en};
    case FieldType::decimal: {
      const std::string places = std::to_string(decimals);
      return {"数字，最多 " + places + " 位小数" + range.zh,
              "a number with at most " + places + " decimals" + range.en};
    }
    case FieldType::money:
      return {"金额，以分为单位的整数" + (range.zh.empty() ? "，不小于 0" : range.zh),
              "an amount, a whole number of fen" + (range.en.empty() ? ", at least 0" : range.en)};
    case FieldType::boolean: return {"是或否(true 或 false)", "yes or no (true or false)"};
    case FieldType::date: return {"日期，如 2026-05-12", "a day, such as 2026-05-12"};
    case FieldType::time: return {"时间，如 18:05", "a time, such as 18:05"};
    case FieldType::code: return codes_told(catalog, code_list);
    case FieldType::region: return {"6、9 或 12 位区划代码", "a region code of 6, 9 or 12 digits"};
    case FieldType::id:
      return {"记录的编号，或记录、人员的 id", "the number of a record, or the id of a record or a person"};
    case FieldType::geo:
      return {"位置：lat、lon 和坐标系 WGS84、GCJ02 或 CGCS2000",
              "a position: lat, lon and coord_sys WGS84, GCJ02 or CGCS2000"};
    case FieldType::object: return {"若干有名称的部分", "named parts"};
    case FieldType::any: return {};
  }
  return {};
}

Told element_told(const Catalog& catalog, const Field& field) {
  if (field.element_kind == "code") return codes_told(catalog, field.code_list);
  if (field.element_kind == "id") return {"编号", "an id"};
  if (field.element_kind == "name_or_id") return {"姓名或编号，不含 /", "a name or an id, without /"};
  return {"一行文字，不含 /", "one line of text, without /"};
}

// A count may take back what was counted; what it comes to lies within the bounds.
Told count_told(const Catalog& catalog, const Field& field) {
  const Told range = range_told(field.min.value_or(0), field.max);
  Told told{"整数，合计" + range.zh.substr(std::string_view("，").size()),
            "a whole number, together" + range.en.substr(1)};
  if (field.element_kind.empty()) return told;
  const Told keys = element_told(catalog, field);
  return {keys.zh + "；" + told.zh, keys.en + "; " + told.en};
}

Told states_told(const Catalog& catalog, const std::string& name) {
  const Ladder* ladder = catalog.ladder(name);
  if (!ladder) return {};
  Told told{"可选：", "one of: "};
  for (const Rung& rung : ladder->rungs) {
    told.zh += (&rung == &ladder->rungs.front() ? "" : "、") + rung.label_zh + "(" + rung.state + ")";
    told.en += (&rung == &ladder->rungs.front() ? "" : ", ") + rung.label_en + " (" + rung.state + ")";
  }
  return told;
}

}  // namespace

Explanation explain(const Catalog& catalog, const Kind& kind, std::string_view address) {
  const std::size_t slash = address.find('/'), last = address.rfind('/');
  const Field* field = kind.field(address.substr(0, slash));
  if (!field) return {std::string(address), std::string(address), {}, {}};
  Explanation told{field->label_zh, field->label_en, {}, {}};
  Told allowed;
  if (slash != last) {
    const std::string_view name = address.substr(last + 1);
    const auto at = std::find_if(field->attributes.begin(), field->attributes.end(),
                                 [&](const Attribute& each) { return each.name == name; });
    if (at == field->attributes.end()) return told;
    told.label_zh += " · " + at->label_zh;
    told.label_en += " · " + at->label_en;
    allowed = type_told(catalog, at->type, at->code_list, at->min, at->max, 6, 0);
  } else if (field->merge == Merge::ladder) {
    allowed = states_told(catalog, field->ladder);
  } else if (field->merge == Merge::counter) {
    allowed = count_told(catalog, *field);
  } else if (field->merge == Merge::set || slash != std::string_view::npos) {
    allowed = element_told(catalog, *field);
  } else {
    allowed =
        type_told(catalog, field->type, field->code_list, field->min, field->max, field->decimals, field->length_max);
  }
  told.allowed_zh = std::move(allowed.zh);
  told.allowed_en = std::move(allowed.en);
  return told;
}

bool is_about_a_value(std::string_view refusal_code) {
  constexpr std::string_view codes[] = {refusals::value_type,     refusals::value_range, refusals::value_too_long,
                                        refusals::code_unknown,   refusals::element_key, refusals::step_unknown,
                                        refusals::field_use_wrong};
  return std::find(std::begin(codes), std::end(codes), refusal_code) != std::end(codes);
}

std::string given_text(const Value& value) {
  if (value.is_null()) return {};
  const std::string whole = value.text() ? *value.text() : to_json(value);
  std::string_view rest = whole;
  for (std::size_t count = 0; !rest.empty() && count < given_characters_max; ++count) take_character(rest);
  const std::string_view told = std::string_view(whole).substr(0, whole.size() - rest.size());
  return std::string(told) + (rest.empty() ? "" : "…");
}

}  // namespace lianxin
