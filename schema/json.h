// JSON text (RFC 8259) to Value and back: the one place that knows the JSON library.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "schema/value.h"

namespace lianxin {

// Reads one JSON text. Refused with invalid_argument, whoever sent it: bytes that are not UTF-8, nesting deeper than
// `json_depth_max`, a name twice in one object, a whole number outside 64 bits signed. A number with a fraction or an
// exponent becomes the text of its digits (see value.h). The caller bounds the size of `text`. The message says what is
// wrong, at which line and column, and what was expected there, or in which encoding the text seems to be; of the text
// itself it holds nothing. A byte order mark before UTF-8 is passed over.
inline constexpr int json_depth_max = 32;
Result<Value> parse_json(std::string_view text);

// One JSON text for one value, the same everywhere: names in byte order, no white space, nothing escaped that need
// not be. Two values are equal exactly when these bytes are, which is what hashes and digests stand on.
std::string to_json(const Value& value);
void append_json(std::string& out, const Value& value);
void append_json_text(std::string& out, std::string_view text);  // a quoted, escaped JSON string

}  // namespace lianxin
