// A case file played anew: the same inputs, and beside them what was observed this time.
#pragma once

#include <filesystem>
#include <string>

#include "sync/log/store.h"

namespace lianxin::kit {

// Everything named "expect" taken out, at any depth.
Value without_expectations(const Value& value);

// `inputs`: a case without what it expects. The case as this code makes it: equal to the file where all is well.
Result<Value> played(const std::filesystem::path& kit, const Value& inputs, Store& store,
                     const std::filesystem::path& scratch);

// Where two values first differ, as a path with both sides; empty where they are equal.
std::string first_difference(const Value& expected, const Value& came);

}  // namespace lianxin::kit
