// UTF-8 text: whether it is any, how long it is, and what a search finds in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lianxin {

// No overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629).
bool is_utf8(std::string_view text);

// Code points, which for the texts recorded here are characters. Bytes that are no UTF-8 count one each.
std::size_t character_count(std::string_view text);

// What the search index holds for a text, in order, repeats included. Chinese is written without spaces, so a run of it
// becomes its overlapping pairs (彩石路口: 彩石 石路 路口), and a run of one becomes that one; Latin letters and digits
// become lower-case words. A query is cut the same way, so a match of neighbouring pairs is a match of the phrase.
std::vector<std::string> search_tokens(std::string_view text);

// As a search compares: capitals of Latin letters small, and full-width forms, which Chinese keyboards produce, as
// their plain ones (Ａ１ is a1). All else stands as it is.
std::string folded(std::string_view text);

// The next code point of `text`, which is made shorter; a byte that begins none comes back as U+FFFD. Not for "".
char32_t take_character(std::string_view& text);

}  // namespace lianxin
