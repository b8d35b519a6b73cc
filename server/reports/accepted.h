// What counts of an accepted record: what its verdict saw. What was written since is pending, until somebody accepts it
// again (PROTOCOL 3.12).
#pragma once

#include <optional>

#include "server/review/record_list.h"

namespace lianxin::server {

// The item as its verdict saw it, of what the asker may see. None where it is not accepted, or where what the verdict
// saw was not whole: incomplete, in conflict, or with a change held.
Result<std::optional<ListItem>> as_accepted(const Desk& desk, const ListItem& item);

// Of records that belong to this one and were logged by the time of its verdict: those are what it saw.
struct VerdictTime {
  StudioId studio;
  Seq seq = 0;  // of the verdict's own line; 0: it is not accepted
  std::int64_t logged_ms = 0;
};
Result<VerdictTime> verdict_time(const Desk& desk, const ListItem& item);
Result<bool> was_there(const Desk& desk, const VerdictTime& verdict, const StudioId& studio, const Row& row);

}  // namespace lianxin::server
