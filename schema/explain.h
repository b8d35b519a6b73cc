// What a person is told about a value that was refused: which field that is, what was given, and what would do.
#pragma once

#include <string>
#include <string_view>

#include "schema/kind.h"

namespace lianxin {

struct Explanation {
  std::string label_zh, label_en;  // of the address: "参加人 · 身份"; never a key of a set that names a person
  std::string allowed_zh, allowed_en;  // the form, the bounds, the codes; empty where nothing can be said
};

// Of FIELD, FIELD/KEY or FIELD/KEY/ATTRIBUTE. What the kind does not know is explained by its name alone.
Explanation explain(const Catalog& catalog, const Kind& kind, std::string_view address);

// Whether what would do helps whom this code refuses; of the others the value is not what is wrong.
bool is_about_a_value(std::string_view refusal_code);

// The beginning of a value as it was given, at most 60 characters, for the screen of who gave it and for no log.
std::string given_text(const Value& value);

}  // namespace lianxin
