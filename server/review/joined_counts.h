// For a table, in which each record has a row: of those that are joined, which one stands for them all, and what they
// show together: those of them that stand as it does (sync/model/join.h), as the totals count them.
#pragma once

#include <map>

#include "server/review/join.h"
#include "server/review/record_list.h"
#include "sync/model/united.h"

namespace lianxin::server {

struct JoinedRow {
  RecordId head;                              // stands for them all
  std::string head_known;                     // by its number, or else its id
  std::map<std::string, UnitedField> fields;  // of the head: what they show together
};
using JoinedRows = std::map<std::pair<StudioId, RecordId>, JoinedRow>;

// Of the studios and the kind asked for, over all time: an edge may lie in a record outside the period.
Result<JoinedRows> joined_rows(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
