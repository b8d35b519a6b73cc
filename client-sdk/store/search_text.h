// What a search on the phone looks through: one text for each record, of what it shows (sync/model/searched.h), and of
// the same in this phone's own changes that are held.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client-sdk/store/record_state.h"

namespace lianxin::client {

// Of what is guarded no more than `most`; empty where the whole kind is guarded more.
std::string search_text_of(const Catalog& catalog, const RecordState& state, Sensitivity most);

// The words that a person typed, as they stand in such a text. Chinese and other scripts need no blanks: 路灯 is found
// inside 彩石路口的路灯, and so is one character. Empty: there is nothing to look for.
std::vector<std::string> search_words(std::string_view typed);
bool has_all(std::string_view text, const std::vector<std::string>& words);

}  // namespace lianxin::client
