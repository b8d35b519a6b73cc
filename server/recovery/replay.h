// The journal into the database: each entry behind what the database agrees with, in order, as if it came now. What is
// there already stays as it is; what cannot be taken yet waits in the database (server/recovery/waiting.h).
#pragma once

#include <optional>
#include <span>

#include "server/journal/journal.h"
#include "server/recovery/recovery_parts.h"
#include "sync/server/origin.h"

namespace lianxin::server {

class SqlConnection;
class SqlDatabase;

class Replay {
 public:
  // Called within each transaction that takes states which the database had forgotten; may be empty.
  using Forgotten = std::function<void(SqlConnection&)>;

  // `end`: the last entry that is taken; later ones are of other processes, or of this replay itself.
  Replay(const RecoveryParts& parts, std::int64_t end, Forgotten forgotten)
      : parts_(parts), end_(end), forgotten_(std::move(forgotten)) {}

  Status take(const JournalEntry& entry);
  Status finish();  // after the last

  std::int64_t states() const { return states_; }  // that the database had forgotten and knows again
  std::int64_t lines() const { return lines_; }    // the same

  // Why an entry cannot be taken yet, or not whole; nothing once nothing of it is missing.
  using Why = std::optional<std::string>;
  Result<Why> take_alone(const JournalEntry& entry);

 private:
  Status keep(const JournalEntry& entry, const std::string& why);
  Status take_gathered();
  Result<std::vector<Why>> take_states(std::span<const JournalEntry> states);
  Result<Why> take_lines(const JournalEntry& entry);
  Result<Why> take_some(const StudioId& studio, std::span<const LostLine> lines);

  const RecoveryParts parts_;
  const std::int64_t end_;
  const Forgotten forgotten_;
  std::vector<JournalEntry> gathered_;  // states, for one transaction, as long as no lines come between
  std::int64_t states_ = 0, lines_ = 0;
};

// The versions of the kinds first, for without them nothing can be judged, and a new one would take the number of one
// that phones have.
Status recover_kinds(Journal& journal, SqlDatabase& database);

// Tries again the entries that wait. Returns how many still do. Harmless at any time; one caller at a time.
Result<std::size_t> take_waiting(const RecoveryParts& parts);

}  // namespace lianxin::server
