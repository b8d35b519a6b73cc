// What the demo prints: headings, sentences and tables in which Chinese and Latin text stand in straight columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lianxin::demo {

// Columns that a terminal gives the text: two for a Chinese character or full-width sign, one for every other.
std::size_t columns_of(std::string_view utf8);

// Cut to at most `columns`, with an ellipsis where something was cut; never within a character.
std::string cut(std::string_view utf8, std::size_t columns);

class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Each line indented by two; a column whose cells are all numbers stands to the right.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

std::string heading(std::string_view title);

// 1697 as "1,697"; 5420000 fen as "5.42" (万元, rounded half up as the reports do).
std::string grouped(std::int64_t number);
std::string ten_thousand_yuan(std::int64_t fen);

}  // namespace lianxin::demo
