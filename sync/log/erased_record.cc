#include "sync/log/erased_record.h"

#include "sync/log/logged_line.h"

namespace lianxin {

ErasedRecord erased_record(const Catalog& catalog, const Row& row, std::vector<Logged> lines, LogReplay::Rest rest) {
  const Erasures erasures = erasures_in(row);
  ErasedRecord erased{{}, row};
  LogReplay replay(catalog, std::move(rest));
  for (Logged& line : lines) {
    if (std::optional<Logged> left = left_of(line, erasures)) {
      erased.lines.push_back(*left);
      line = std::move(*left);
    }
    replay.take(line, change_in(line));
  }
  const auto made = replay.rows().find(row.record);
  if (made == replay.rows().end()) return erased;
  erased.row = made->second;
  erased.row.guard = row.guard;  // judged when it began, by a record that is not taken here
  return erased;
}

}  // namespace lianxin
