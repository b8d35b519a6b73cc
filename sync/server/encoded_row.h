// What an encoded row (row.h) is of, without decoding it: for whoever only counts and names what passes.
#pragma once

#include <optional>
#include <string_view>

#include "schema/ids.h"

namespace lianxin {

struct RowName {
  RecordId record;
  std::string_view kind;  // into the row
};
std::optional<RowName> name_of_encoded(std::string_view row);  // nothing where it is none that encode_row() wrote

}  // namespace lianxin
