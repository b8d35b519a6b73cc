#include "sync/official_number.h"

#include "schema/day.h"

namespace lianxin {
namespace {

bool has_moved_on(const Catalog& catalog, const Row& row, const Kind& kind) {
  if (kind.reviewed) return state_of(catalog, row, "_review") == "accepted";
  for (const Field& field : kind.fields) {
    if (field.merge != Merge::ladder || field.name == "_review") continue;
    const Ladder* ladder = catalog.ladder(field.ladder);
    const std::string state = state_of(catalog, row, field.name);
    return ladder && state != ladder->initial && state != "withdrawn";
  }
  return false;
}

}  // namespace

std::optional<NumberSeries> number_due(const Catalog& catalog, const Row& row, const StudioPlace& place) {
  const Kind* kind = catalog.kind(row.kind);
  if (!kind || kind->number_code.empty() || row.cell("_official_no") || !has_moved_on(catalog, row, *kind)) {
    return std::nullopt;
  }
  const auto shown = shown_fields(catalog, row);
  const auto text_of = [&](const std::string& field) {
    const auto at = shown.find(field);
    return at != shown.end() && at->second.text() ? *at->second.text() : std::string();
  };
  std::string code = kind->number_code;
  if (const auto other = kind->number_codes.find(text_of(kind->number_by)); other != kind->number_codes.end()) {
    code = other->second;
  }
  std::string day = text_of(kind->date_field);
  if (day.size() < 4) day = day_in_shanghai(row.created.unix_ms());
  const std::string key = code + "-" + day.substr(0, 4);
  return NumberSeries{place.code + "-" + key + "-", key};
}

std::string official_number(const NumberSeries& series, std::int64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return series.prefix + digits;
}

}  // namespace lianxin
