#include "server/people/shown_name.h"

#include "schema/text.h"

namespace lianxin::server {
namespace {

// C0 and C1, soft hyphens, zero width and direction (U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F), the
// Arabic, Mongolian and Hangul signs of that sort, variation selectors, what is written above text, tags.
bool shows_nothing(char32_t c) {
  constexpr std::pair<char32_t, char32_t> ranges[] = {
      {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},     {0x115F, 0x1160},
      {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},
      {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
  for (const auto& [first, last] : ranges) {
    if (first <= c && c <= last) return true;
  }
  return false;
}

}  // namespace

std::string shown_name(std::string_view typed) {
  std::string shown;
  bool blank_before = false;
  while (!typed.empty()) {
    const std::string_view at = typed;
    const char32_t character = take_character(typed);
    const bool line_end = character == U'\n' || character == U'\t' || character == U'\r';
    if (shows_nothing(character) && !line_end) continue;
    if (line_end || is_blank(character)) {
      blank_before = !shown.empty();
      continue;
    }
    if (blank_before) shown += ' ';
    blank_before = false;
    shown += at.substr(0, at.size() - typed.size());
  }
  return shown;
}

}  // namespace lianxin::server
