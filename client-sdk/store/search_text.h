// What a search on the phone looks through: one text for each record, of all that its fields marked `search` show, of
// elements and entries their parts too, and of every number that it has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"
#include "sync/model/row.h"

namespace lianxin::client {

std::string search_text_of(const Catalog& catalog, const Row& row);

// The words that a person typed, as they stand in such a text. Chinese and other scripts need no blanks: 路灯 is found
// inside 彩石路口的路灯, and so is one character. Empty: there is nothing to look for.
std::vector<std::string> search_words(std::string_view typed);
bool has_all(std::string_view text, const std::vector<std::string>& words);

// Whether the record of that text has this number, whole.
bool has_number(std::string_view text, std::string_view number);

}  // namespace lianxin::client
