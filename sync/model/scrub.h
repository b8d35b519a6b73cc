// Where in a text a person can be found by a number.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace lianxin {

// [from, to) in bytes, in order, none overlapping.
std::vector<std::pair<std::size_t, std::size_t>> numbers_of_persons(std::string_view text);

}  // namespace lianxin
