// The name of a phone as lists show it and commands print it.
#pragma once

#include <string>
#include <string_view>

namespace lianxin::server {

// Without what shows nothing and alters how all else is shown: control characters (ESC among them), marks of direction,
// signs of no width. Blanks at its ends go as well, and each run of others becomes one.
std::string shown_name(std::string_view typed);

}  // namespace lianxin::server
