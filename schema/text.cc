#include "schema/text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lianxin {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t character = replacement;
  std::size_t bytes = 1;
  bool ok = false;
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
  char32_t character = first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    character = character << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < least[bytes] || character > 0x10FFFF || surrogate) return {};
  return {character, bytes, true};
}

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_han(char32_t c) {
  return within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) || within(c, 0xF900, 0xFAFF) || c == 0x3007 ||
         within(c, 0x20000, 0x3FFFD);
}

// A letter or digit of ASCII as the index holds it: full-width forms, which Chinese keyboards produce, as their plain
// ones, and small (ＡＢ１ is ab1). All else stands as it is.
char32_t plain_form(char32_t c) {
  if (within(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;
  return within(c, 'A', 'Z') ? c + 'a' - 'A' : c;
}

// The character's part in a word of letters and digits; empty where it is none.
std::string_view letter(char32_t plain, std::string_view bytes, char& ascii) {
  if (plain >= 0x80) return parts_words(plain) ? std::string_view{} : bytes;
  const bool word = within(plain, 'a', 'z') || within(plain, '0', '9');
  ascii = static_cast<char>(plain);
  return word ? std::string_view(&ascii, 1) : std::string_view{};
}

// Whether the last two tokens are those that end a run of Chinese. In a text where the run goes on, its last character
// begins another pair, so that a phrase ends with the pair.
bool ends_with_pair(const std::vector<std::string>& tokens) {
  if (tokens.size() < 2) return false;
  const std::string &pair = tokens[tokens.size() - 2], &last = tokens.back();
  std::string_view rest = last;
  return is_han(take_character(rest)) && pair.size() > last.size() && pair.ends_with(last);
}

}  // namespace

bool parts_words(char32_t c) {
  constexpr std::pair<char32_t, char32_t> ranges[] = {
      {0x0080, 0x00A9}, {0x00AB, 0x00B4}, {0x00B6, 0x00B9}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7},  {0x00F7, 0x00F7},
      {0x060C, 0x060C}, {0x061B, 0x061F}, {0x06D4, 0x06D4},  // Arabic marks
      {0x0F01, 0x0F17}, {0x0F34, 0x0F34}, {0x0F3A, 0x0F3D},  // Tibetan: between syllables and clauses
      {0x1800, 0x180A},                                      // Mongolian
      {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2190, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x3020},  {0x3030, 0x303F},
      {0x30FB, 0x30FB}, {0xFE00, 0xFE6F}, {0xFF5F, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}};
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const auto& range) { return within(c, range.first, range.second); });
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (!next.ok) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

char32_t take_character(std::string_view& text) {
  const Decoded next = decode(text);
  text.remove_prefix(next.bytes);
  return next.character;
}

std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  std::size_t end = std::min(text.size(), bytes_max);
  while (end > 0 && end < text.size() && continues(text[end])) --end;
  return text.substr(0, end);
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_character(text);
  return count;
}

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view at = text;
    const char32_t c = plain_form(take_character(text));
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += at.substr(0, at.size() - text.size());
    }
  }
  return out;
}

bool is_blank(char32_t c) {
  return c <= U' ' || within(c, 0x7F, 0xA0) || c == 0x1680 || within(c, 0x2000, 0x200F) || within(c, 0x2028, 0x202F) ||
         within(c, 0x205F, 0x206F) || c == 0x3000 || c == 0xFEFF;
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    if (!is_blank(take_character(text))) return false;
  }
  return true;
}

std::string folded_number(std::string_view number) {
  constexpr char32_t dashes[] = {0x00AD, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63};
  std::string out;
  const std::string folded_text = folded(number);
  for (std::string_view rest = folded_text; !rest.empty();) {
    const std::string_view at = rest;
    const char32_t c = take_character(rest);
    if (is_blank(c)) continue;
    if (std::find(std::begin(dashes), std::end(dashes), c) != std::end(dashes)) {
      out += '-';
    } else {
      out += at.substr(0, at.size() - rest.size());
    }
  }
  return out;
}

std::vector<std::string> search_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  std::string word;
  std::string_view previous;  // the Chinese character before this one, in the same run
  const auto end_word = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  const auto end_run = [&] {
    if (!previous.empty()) tokens.emplace_back(previous);
    previous = {};
  };
  while (!text.empty()) {
    const std::string_view at = text;
    const char32_t c = take_character(text);
    const std::string_view bytes = at.substr(0, at.size() - text.size());
    if (is_han(c)) {
      end_word();
      if (!previous.empty()) tokens.push_back(std::string(previous) + std::string(bytes));
      previous = bytes;
      continue;
    }
    end_run();
    char ascii = 0;
    const std::string_view part = letter(plain_form(c), bytes, ascii);
    if (part.empty()) end_word();
    word += part;
  }
  end_word();
  end_run();
  return tokens;
}

std::vector<std::vector<std::string>> search_phrases(std::string_view typed) {
  std::vector<std::vector<std::string>> phrases;
  const char* begin = typed.data();
  const auto end_word = [&](const char* end) {
    const std::string_view word(begin, static_cast<std::size_t>(end - begin));
    std::vector<std::string> tokens = search_tokens(word);
    if (ends_with_pair(tokens)) tokens.pop_back();
    if (!tokens.empty()) phrases.push_back(std::move(tokens));
  };
  for (std::string_view rest = typed; !rest.empty();) {
    const char* at = rest.data();
    const char32_t c = take_character(rest);
    if (!is_blank(c)) continue;
    end_word(at);
    begin = rest.data();
  }
  end_word(typed.data() + typed.size());
  return phrases;
}

bool holds_phrase(const std::vector<std::string>& tokens, const std::vector<std::string>& phrase) {
  if (phrase.empty() || tokens.size() < phrase.size()) return phrase.empty();
  for (std::size_t from = 0; from + phrase.size() <= tokens.size(); ++from) {
    const auto differs =
        std::mismatch(phrase.begin(), phrase.end(), tokens.begin() + static_cast<std::ptrdiff_t>(from));
    if (differs.first == phrase.end()) return true;
    if (differs.first + 1 == phrase.end() && differs.second->starts_with(phrase.back())) return true;
  }
  return false;
}

}  // namespace lianxin
