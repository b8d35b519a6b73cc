// Columns that a text takes on a terminal: two for Chinese characters, none for marks above another.
#pragma once

#include <string>
#include <string_view>

namespace lianxin::cli {

std::size_t display_width(std::string_view utf8);
std::string padded(std::string_view utf8, std::size_t width);  // cut with … where it is wider

}  // namespace lianxin::cli
