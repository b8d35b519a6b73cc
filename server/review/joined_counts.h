// For a table, in which each record has a row: of those that are joined, which one stands for them all, and what they
// count together. As the totals take them (server/reports/merged.h): the accepted ones of them, else those that wait
// for a verdict, else all that are not deleted.
#pragma once

#include <map>

#include "server/review/join.h"
#include "server/review/record_list.h"

namespace lianxin::server {

struct JoinedRow {
  RecordId head;                                 // stands for them all
  std::string head_known;                        // by its number, or else its id
  std::map<std::string, std::int64_t> counters;  // of the head: what they count together, by FIELD or FIELD/KEY
};
using JoinedRows = std::map<std::pair<StudioId, RecordId>, JoinedRow>;

// Of the studios and the kind asked for, over all time: an edge may lie in a record outside the period.
Result<JoinedRows> joined_rows(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
