// What a person should look at and that stops nothing: numbers that have no place in free text, and sums and days that
// are slips of the finger rather than facts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"
#include "schema/validate.h"

namespace lianxin {

// The code is one of schema/refusals.h; `field` may be empty.
struct Warning {
  std::string code, field;
};

// Dates are judged against the day the change was made (YYYY-MM-DD in Asia/Shanghai), never the day it arrives:
// `occurred_on` lies in [made_on - 366 days, made_on + 1 day] unless it is entered from paper.
std::optional<Warning> check_occurred(std::string_view occurred_on, std::string_view made_on, bool from_paper);

// The code in what is written at `address` (FIELD, FIELD/KEY, FIELD/KEY/ATTRIBUTE), where its list is open and does not
// have it: unless an office has added it since, by a record of kind `code_list`, it is a warning (`code_unknown`).
struct UnlistedCode {
  std::string list, code;
};
std::optional<UnlistedCode> unlisted_code(const Catalog& catalog, const Kind& kind, std::string_view address,
                                          const Value& value);

// ID-card, phone and bank-card numbers in free text, at any depth of `value`, and money beyond ¥1,000,000. `field` may
// be an address (FIELD/KEY/ATTRIBUTE). Each code at most once.
std::vector<Warning> warnings_of(const Kind& kind, std::string_view field, const Value& value);

// Whole-record warnings of domain rules: a headcount below the number of participants; fewer persons served than
// patients recorded, where the caller adds their number to `shown` under `encounters_shown`.
inline constexpr std::string_view encounters_shown = "encounters";
std::vector<Warning> record_warnings(const Kind& kind, const Shown& shown);

}  // namespace lianxin
