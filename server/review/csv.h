// Records as a table for a spreadsheet: RFC 4180, UTF-8 with a byte order mark (a common spreadsheet takes the file for
// its own code page without one), headers and codes in words.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/review/record_list.h"

namespace lianxin::server {

// One cell, quoted where it must be. An apostrophe stands before what a spreadsheet would take for something else than
// the text that it is:
//   a formula: = + - @ in either width, behind whatever blanks; and a tab or a line end at the front. A village's
//     records must not run commands on the desk that opens them. A plain number is none;
//   a number that is a code: eleven digits and more are shown as 9.9E+11, a leading zero is dropped, 12E5 is multiplied
//     out;
//   a day: 3-2 and 3/2.
std::string csv_cell(std::string_view text);

// The whole table, piece by piece: memory grows with what is joined alone. Without `asked.kind` only what every record
// has; with it all fields of that kind, the elements of a set one a line with what is noted of them. No name stands
// twice in the head.
//
// Of joined records one stands for all, and its counters are what they count together; the others name it in a column
// of their own. So the sum of a column over the rows that name none, of accepted records, is what the totals say.
class CsvTable {
 public:
  CsvTable(const Desk& desk, ListAsked asked);  // `desk` must outlive this
  ~CsvTable();

  // Appends the head, and then some rows at a time. False: that was the last.
  Result<bool> next(std::string& out);
  const std::vector<RecordId>& given() const;  // of the rows that it appended last

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lianxin::server
