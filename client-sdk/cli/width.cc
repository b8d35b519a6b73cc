#include "width.h"

namespace lianxin::cli {
namespace {

// One code point and its bytes; a byte that begins none counts as one of its own.
std::size_t next(std::string_view text, char32_t& point) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size > text.size() || (first >= 0x80 && first < 0xC2)) {
    point = 0xFFFD;
    return 1;
  }
  point = size == 1 ? first : first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  return size;
}

// East Asian Width W and F (UAX 11), by their blocks.
std::size_t columns(char32_t point) {
  if ((point >= 0x0300 && point <= 0x036F) || (point >= 0x200B && point <= 0x200F) || point == 0xFE0F) return 0;
  const bool wide = (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
                    (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
                    (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
                    (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1FAFF) ||
                    (point >= 0x20000 && point <= 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    char32_t point = 0;
    utf8.remove_prefix(next(utf8, point));
    width += columns(point);
  }
  return width;
}

std::string padded(std::string_view utf8, std::size_t width) {
  std::string out;
  std::size_t used = 0;
  const bool cut = display_width(utf8) > width;
  while (!utf8.empty()) {
    char32_t point = 0;
    const std::size_t size = next(utf8, point);
    if (used + columns(point) + (cut ? 1 : 0) > width) break;
    used += columns(point);
    out += utf8.substr(0, size);
    utf8.remove_prefix(size);
  }
  if (cut && width > 0) {
    out += "…";
    ++used;
  }
  return out + std::string(width - used, ' ');
}

}  // namespace lianxin::cli
