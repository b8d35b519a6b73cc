// A record's history field by field: JSON for the screen, made from what the asker sees.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

// From the log: for each cell who wrote what, on which device, when by both clocks, what it replaced and what became of
// it, in the order of the log. Of a joined record also that of the other parts, and the lines of all in one run of
// time, each with its part. Of a held change that was not let in only those who decide and its author read more than
// that it is there; it then stands under its field alone. not_found where the asker may not see the record.
//
// At most history_lines_max lines of each part and history_bytes_max in all, the newest: `next` is there where there
// are older ones. Given as `before` those of the record itself follow, without other parts.
inline constexpr std::size_t history_lines_max = 200, history_bytes_max = 1 << 20;
Result<Value> history_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                           std::optional<Seq> before = {});

}  // namespace lianxin::server
