#include "schema/text.h"

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

// A letter or digit in the small ASCII form that the index holds; 0 for anything else. Full-width forms, which Chinese
// keyboards produce, are folded: ＡＢ１ is ab1.
char word_character(char32_t c) {
  if (within(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;
  if (within(c, 'A', 'Z')) c += 'a' - 'A';
  return within(c, 'a', 'z') || within(c, '0', '9') ? static_cast<char>(c) : '\0';
}

}  // namespace

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
    char32_t c = take_character(text);
    if (within(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;
    if (within(c, 'A', 'Z')) c += 'a' - 'A';
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += at.substr(0, at.size() - text.size());
    }
  }
  return out;
}

std::vector<std::string> search_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  std::string word;
  std::string_view previous;  // the Han character before this one, in the same run
  bool run_has_pair = false;
  const auto end_word = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  const auto end_run = [&] {
    if (!previous.empty() && !run_has_pair) tokens.emplace_back(previous);
    previous = {};
    run_has_pair = false;
  };
  while (!text.empty()) {
    const std::string_view at = text;
    const char32_t c = take_character(text);
    const std::string_view bytes = at.substr(0, at.size() - text.size());
    if (is_han(c)) {
      end_word();
      if (!previous.empty()) {
        tokens.push_back(std::string(previous) + std::string(bytes));
        run_has_pair = true;
      }
      previous = bytes;
      continue;
    }
    end_run();
    if (const char letter = word_character(c)) {
      word += letter;
    } else {
      end_word();
    }
  }
  end_word();
  end_run();
  return tokens;
}

}  // namespace lianxin
