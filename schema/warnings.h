// What a person should look at in one value, and that stops nothing: numbers that have no place in free text, and sums
// that are slips of the finger rather than facts. What concerns the whole record is in checks.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"

namespace lianxin {

// The code is one of schema/refusals.h; `field` may be empty.
struct Warning {
  std::string code, field;
};

// The code in what is written at `address` (FIELD, FIELD/KEY, FIELD/KEY/ATTRIBUTE), where its list is open and does not
// have it: unless an office has added it since, by a record of kind `code_list`, it is a warning (`code_unknown`).
struct UnlistedCode {
  std::string list, code;
};
std::optional<UnlistedCode> unlisted_code(const Catalog& catalog, const Kind& kind, std::string_view address,
                                          const Value& value);

inline constexpr std::int64_t large_money_fen = 100'000'000;  // ¥1,000,000: what lies beyond is looked at twice

// ID-card, phone and bank-card numbers in free text, at any depth of `value`, and money beyond large_money_fen. `field`
// may be an address (FIELD/KEY/ATTRIBUTE). Each code at most once.
std::vector<Warning> warnings_of(const Kind& kind, std::string_view field, const Value& value);

}  // namespace lianxin
