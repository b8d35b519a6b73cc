// The journal into the database: each entry behind what the database agrees with, in order, as if it came now. What is there
// already stays as it is; what cannot be taken yet waits in the database (server/recovery/waiting.h).
#pragma once

#include <optional>
#include <span>

#include "server/recovery/recovery.h"
#include "sync/server/ingest.h"

namespace lianxin::server {

class SqlConnection;
class SqlDatabase;

class Replay {
 public:
  // Called within each transaction that takes states which the database had forgotten; may be empty.
  using Forgotten = std::function<void(SqlConnection&)>;

  // `end`: the last entry that is taken; later ones are of other processes, or of this replay itself.
  Replay(Server& server, std::int64_t end, Recovered& found, Forgotten forgotten)
      : server_(server), end_(end), found_(found), forgotten_(std::move(forgotten)) {}

  Status take(const JournalEntry& entry);
  Status finish();  // after the last

  // Why an entry cannot be taken yet, or not whole; nothing once nothing of it is missing.
  using Why = std::optional<std::string>;
  Result<Why> take_alone(const JournalEntry& entry);

 private:
  Status keep(const JournalEntry& entry, const std::string& why);
  Status take_gathered();
  Result<std::vector<Why>> take_states(std::span<const JournalEntry> states);
  Result<Why> take_lines(const JournalEntry& entry);
  Result<Why> take_some(const StudioId& studio, std::span<const LostLine> lines);

  Server& server_;
  const std::int64_t end_;
  Recovered& found_;
  const Forgotten forgotten_;
  std::vector<JournalEntry> states_;  // in one transaction, as long as no lines come between
};

// The versions of the kinds first, for without them nothing can be judged, and a new one would take the number of one that
// phones have.
Status recover_kinds(Journal& journal, SqlDatabase& database);

// Tries again the entries that wait. Returns how many still do. Harmless at any time; one caller at a time.
Result<std::size_t> take_waiting(Server& server);

}  // namespace lianxin::server
