// Records as a table for a spreadsheet: RFC 4180, UTF-8 with a byte order mark (a common spreadsheet takes the file for
// its own code page without one), headers and codes in words.
#pragma once

#include <functional>

#include "server/review/record_list.h"

namespace lianxin::server {

// One cell, quoted where it must be. What would begin a formula (= + - @ tab, or a carriage return) gets an apostrophe
// before it, unless it is a plain number: a village's records must not run commands on the desk that opens them.
std::string csv_cell(std::string_view text);

// The whole table, page by page through `write`: memory does not grow with it. False as soon as `write` says so.
// Without `asked.kind` only what every record has; with it all fields of that kind.
Result<bool> write_csv(const Desk& desk, ListAsked asked, const std::function<bool(std::string_view)>& write);

}  // namespace lianxin::server
