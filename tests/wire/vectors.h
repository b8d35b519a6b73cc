// The kit's small vectors: one function of the protocol, its input, and what must come out. README.md lists them.
#pragma once

#include <string_view>

#include "schema/result.h"
#include "schema/value.h"

namespace lianxin::kit {

// What this code makes of `in`. not_found: no such function; invalid_argument: `in` is none of its inputs.
Result<Value> vector_result(std::string_view function, const Value& in);

}  // namespace lianxin::kit
