// Numbered steps from one shape of the database to the next, and the rooms whose tables they make.
#pragma once

#include <cstdint>
#include <span>

namespace lianxin::server {

// Never edited once merged.
struct Migration {
  std::int64_t number;  // 1, 2, 3 … within its module, without a gap
  const char* sql;      // one or more statements
};

// What one room keeps in the database. Rooms that were one when their first tables were made share its name, by which
// the table `migration` knows them, and its numbers: a step is what all of them do under its number, in their order.
struct Module {
  const char* name;
  std::span<const Migration> migrations;  // in the order of their numbers
  std::span<const char* const>
      sealed;  // the tables that follow from no others: what they hold is summed up as it changes
};

}  // namespace lianxin::server
