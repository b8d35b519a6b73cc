// How a shown value stands in `record_index`: as a text or a whole number, one for each element of a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/value.h"

namespace lianxin::server {

// Exactly one of the two is set.
struct IndexedValue {
  std::optional<std::string> text;
  std::optional<std::int64_t> integer;  // also of yes (1) and no (0)
};

// Empty for null and for objects, which nobody looks up.
std::vector<IndexedValue> indexed_values(const Value& value);

}  // namespace lianxin::server
