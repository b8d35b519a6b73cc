#include "client-sdk/demo/terminal.h"

#include <algorithm>
#include <cstdint>

namespace lianxin::demo {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// The first character of a text that is not empty. A stray byte counts as one character: this only lays out lines.
Character first_of(std::string_view utf8) {
  const auto lead = static_cast<unsigned char>(utf8[0]);
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (bytes == 1 || bytes > utf8.size()) return {lead, 1};
  std::uint32_t code = lead & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = (code << 6) | (static_cast<unsigned char>(utf8[i]) & 0x3fu);
  return {code, bytes};
}

// The wide and full-width blocks of Unicode's East Asian Width that our texts use.
bool is_wide(std::uint32_t code) {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
         (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
         (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
         (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x20000 && code <= 0x3fffd) || code == 0x201c || code == 0x201d;
}

bool is_number(std::string_view cell) {
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == ',' || c == '.' || c == '-' || c == '+';
  });
}

std::string padded(const std::string& cell, std::size_t columns, bool right) {
  const std::size_t wide = columns_of(cell);
  const std::string space(columns > wide ? columns - wide : 0, ' ');
  return right ? space + cell : cell + space;
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
  std::size_t columns = 0;
  while (!utf8.empty()) {
    const Character c = first_of(utf8);
    columns += is_wide(c.code) ? 2 : 1;
    utf8.remove_prefix(c.bytes);
  }
  return columns;
}

std::string cut(std::string_view utf8, std::size_t columns) {
  if (columns_of(utf8) <= columns) return std::string(utf8);
  std::string out;
  std::size_t used = 1;  // the ellipsis
  while (!utf8.empty()) {
    const Character c = first_of(utf8);
    used += is_wide(c.code) ? 2 : 1;
    if (used > columns) break;
    out.append(utf8.substr(0, c.bytes));
    utf8.remove_prefix(c.bytes);
  }
  return out + "…";
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t i = 0; i < header_.size(); ++i) {
    std::size_t widest = columns_of(header_[i]);
    bool numbers = !rows_.empty();
    for (const auto& row : rows_) {
      if (i >= row.size()) continue;
      widest = std::max(widest, columns_of(row[i]));
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

std::string ten_thousand_yuan(std::int64_t fen) {
  const std::int64_t hundredths = (fen + 5000) / 10000;  // of 万元: 1,000,000 fen each
  std::string places = std::to_string(hundredths % 100);
  if (places.size() < 2) places.insert(0, "0");
  return std::to_string(hundredths / 100) + "." + places;
}

}  // namespace lianxin::demo
