// Every statement of this room.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::upkeep_sql {

// One after the other they leave what was there, and a page to be written nevertheless.
inline constexpr Query try_writing{"try_writing", R"sql(
  UPDATE directory_version SET version = version + 1 WHERE one = 1
)sql"};
inline constexpr Query undo_trying{"undo_trying", R"sql(
  UPDATE directory_version SET version = version - 1 WHERE one = 1
)sql"};

// Of the last line of each log: when it came, by this machine's clock.
inline constexpr Query last_lines_received{"last_lines_received", R"sql(
  SELECT l.received_ms FROM studio s JOIN change_log l ON l.studio = s.studio AND l.seq = s.seq
)sql"};

}  // namespace lianxin::server::upkeep_sql
