// What the full-text index holds of a row: the token of its studio, and its text as words parted by blanks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/ids.h"

namespace lianxin::server {

std::string search_token(const StudioId& studio);
std::string search_words(std::string_view text);
std::string parted_by_blanks(const std::vector<std::string>& tokens);

}  // namespace lianxin::server
