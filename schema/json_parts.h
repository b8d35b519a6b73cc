// The parts of a JSON object as they stand in its text: for who needs their bytes and not their meaning.
#pragma once

#include <string_view>
#include <vector>

#include "schema/result.h"

namespace lianxin {

struct JsonPart {
  std::string_view name;  // between its quotes, still escaped
  std::string_view text;  // of the value
};

// In the order in which they stand. For text that to_json() made: it finds where the parts end, and no more. corrupt
// where even that cannot be said; other damage stays inside the parts, unseen. They live as long as `object` does.
Result<std::vector<JsonPart>> json_parts(std::string_view object);

}  // namespace lianxin
