// The addresses that a name stands for, as connections from there show them.
#pragma once

#include <string>
#include <vector>

#include "schema/result.h"

namespace lianxin::server {

// Of a name, or of an address itself. not_found where it has none.
Result<std::vector<std::string>> addresses_of(const std::string& name);

}  // namespace lianxin::server
