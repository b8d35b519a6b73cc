#include "client-sdk/demo/terminal.h"

#include <algorithm>

#include "schema/text.h"

namespace lianxin::demo {
namespace {

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
