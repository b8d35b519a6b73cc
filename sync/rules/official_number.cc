#include "sync/rules/official_number.h"

#include <charconv>

#include "schema/day.h"
#include "schema/saturating.h"
#include "sync/model/limits.h"
#include "sync/model/view.h"
#include "sync/rules/complete.h"

namespace lianxin {
namespace {

bool has_moved_on(const Catalog& catalog, const Row& row, const Kind& kind) {
  if (kind.reviewed) return state_of(catalog, row, "_review") == "accepted";
  for (const Field& field : kind.fields) {
    if (field.merge != Merge::ladder || field.name == "_review") continue;
    const Ladder* ladder = catalog.ladder(field.ladder);
    const std::string state = state_of(catalog, row, field.name);
    // Joining moves nothing on: what is parted again is as it was.
    return ladder && state != ladder->initial && state != ladder->joined && state != "withdrawn";
  }
  return false;
}

}  // namespace

std::optional<NumberSeries> number_due(const Catalog& catalog, const Row& row, const StudioPlace& place) {
  const Kind* kind = catalog.kind(row.kind);
  if (!kind || kind->number_code.empty() || row.cell("_official_no") || !has_moved_on(catalog, row, *kind)) {
    return std::nullopt;
  }
  if (!is_whole(catalog, row)) return std::nullopt;  // with the change that makes it so
  if (place.code.empty())
    return std::nullopt;  // a studio that nothing here names yet (PROTOCOL 6.3): with the next change
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

std::optional<CountedNumber> counted_in(std::string_view official_no) {
  const std::size_t last = official_no.rfind('-');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const std::size_t year = official_no.rfind('-', last - 1);
  if (year == std::string_view::npos || year == 0) return std::nullopt;
  const std::size_t code = official_no.rfind('-', year - 1);
  if (code == std::string_view::npos) return std::nullopt;
  CountedNumber counted{std::string(official_no.substr(code + 1, last - code - 1)), 0};
  const std::string_view digits = official_no.substr(last + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), counted.number);
  if (error != std::errc{} || end != digits.data() + digits.size() || counted.number < 1) return std::nullopt;
  return counted;
}

bool may_have_been_given(const CountedNumber& counted, std::int64_t last) {
  return counted.number <= limits::official_number_max &&
         saturating_subtract(counted.number, last) <= limits::official_numbers_lost_max;
}

}  // namespace lianxin
