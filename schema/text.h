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
// becomes its overlapping pairs and its last character (彩石路口: 彩石 石路 路口 口): each character begins one of
// them. Latin letters and digits become lower-case words, and so do runs of other letters, such as the syllables of
// Tibetan.
std::vector<std::string> search_tokens(std::string_view text);

// The words that a person typed, parted by blanks, the ideographic one too; of each the tokens that must follow one
// another in what search_tokens() makes of a text, where the last may be the beginning of a longer one. A word without
// a letter or digit asks for nothing and is left out.
std::vector<std::vector<std::string>> search_phrases(std::string_view typed);

// Whether a text of these tokens holds that phrase.
bool holds_phrase(const std::vector<std::string>& tokens, const std::vector<std::string>& phrase);

// What stands between words beyond ASCII: marks, symbols, blanks, dots of every height, and what is no character.
bool parts_words(char32_t c);

// As a search compares: capitals of Latin letters small, and full-width forms, which Chinese keyboards produce, as
// their plain ones (Ａ１ is a1). All else stands as it is.
std::string folded(std::string_view text);

// A number as it is compared: folded, without blanks, every dash the plain one (临 — 3F2A－0007 is 临-3f2a-0007).
std::string folded_number(std::string_view number);

// What shows nothing: spaces of every width, line ends, marks of order and direction.
bool is_blank(char32_t c);
bool is_blank(std::string_view text);  // nothing else in it, or nothing at all

// As many whole characters from its beginning as fit into `bytes_max` bytes.
std::string_view beginning_of(std::string_view text, std::size_t bytes_max);

// The next code point of `text`, which is made shorter; a byte that begins none comes back as U+FFFD. Not for "".
char32_t take_character(std::string_view& text);

}  // namespace lianxin
