#include "client-sdk/demo/terminal.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "schema/text.h"

namespace lianxin::demo {
namespace {

// East Asian Wide and Fullwidth (Unicode UAX 11), by their blocks; marks above another character take no column.
std::size_t width_of(char32_t c) {
  constexpr std::pair<char32_t, char32_t> wide[] = {
      {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
      {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  constexpr std::pair<char32_t, char32_t> none[] = {
      {0, 0x1F}, {0x7F, 0x9F}, {0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
  const auto holds = [c](const auto& block) { return c >= block.first && c <= block.second; };
  if (std::any_of(std::begin(none), std::end(none), holds)) return 0;
  return std::any_of(std::begin(wide), std::end(wide), holds) ? 2 : 1;
}

bool is_number(std::string_view cell) {
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == ',' || c == '.' || c == '-' || c == '+';
  });
}

std::string padded(const std::string& cell, std::size_t columns, bool right) {
  const std::size_t wide = display_width(cell);
  const std::string space(columns > wide ? columns - wide : 0, ' ');
  return right ? space + cell : cell + space;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text));
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 1;  // of the "…"
  std::size_t kept = 0;
  for (std::string_view rest = text; !rest.empty(); kept = text.size() - rest.size()) {
    used += width_of(take_character(rest));
    if (used > width) break;
  }
  return std::string(text.substr(0, kept)) + "…";
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t i = 0; i < header_.size(); ++i) {
    std::size_t widest = display_width(header_[i]);
    bool numbers = !rows_.empty();
    for (const auto& row : rows_) {
      if (i >= row.size()) continue;
      widest = std::max(widest, display_width(row[i]));
      numbers = numbers && (row[i].empty() || is_number(row[i]));
    }
    widths.push_back(widest);
    right.push_back(numbers);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out = "  ";
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      out += padded(cells[i], widths[i], right[i]);
      if (i + 1 < cells.size()) out += "  ";
    }
    while (out.ends_with(' ')) out.pop_back();
    return out + "\n";
  };
  std::size_t all = 2 * (widths.empty() ? 0 : widths.size() - 1);
  for (const std::size_t width : widths) all += width;
  std::string rule = "  ";
  for (std::size_t i = 0; i < all; ++i) rule += "─";
  std::string out = line(header_) + rule + "\n";
  for (const auto& row : rows_) out += line(row);
  return out;
}

std::string heading(std::string_view title) { return "\n━━ " + std::string(title) + " ━━\n\n"; }

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return (number < 0 ? "-" : "") + digits;
}

}  // namespace lianxin::demo
