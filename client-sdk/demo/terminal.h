// What the demo prints: headings, sentences and tables in which Chinese and Latin text stand in straight columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lianxin::demo {

class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Each line indented by two; a column whose cells are all numbers stands to the right.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

// Columns on a terminal: two for Chinese characters and their punctuation, none for combining marks.
std::size_t display_width(std::string_view text);

// The start of `text`, at most `width` columns wide; where something was cut off it ends in "…".
std::string cut_to_width(std::string_view text, std::size_t width);

std::string heading(std::string_view title);

std::string grouped(std::int64_t number);  // 1697 as "1,697"

}  // namespace lianxin::demo
