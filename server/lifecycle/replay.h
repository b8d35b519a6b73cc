// The journal into the database: each entry behind what the database agrees with, in order, as if it came now. What is there
// already stays as it is.
#pragma once

#include <span>

#include "server/lifecycle/recovery.h"
#include "sync/ingest.h"

namespace lianxin {

// `end`: the last entry that is taken; later ones are of other processes, or of this replay itself.
class Replay {
 public:
  Replay(Server& server, std::int64_t end, Recovered& found) : server_(server), end_(end), found_(found) {}

  Status take(const JournalEntry& entry);
  Status finish();  // after the last

 private:
  Status take_waiting_states();
  Status take_states(std::span<const Value::Object> states);
  Status take_lines(const JournalEntry& entry);
  Status take_some(const StudioId& studio, std::span<const LostLine> lines, std::int64_t number);

  Server& server_;
  const std::int64_t end_;
  Recovered& found_;
  std::vector<Value::Object> states_;  // in one transaction, as long as no lines come between
};

}  // namespace lianxin
