#include "server/people/sync_notes.h"

#include <utility>

#include "server/people/queries.h"
#include "server/people/restoration_queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {

void SyncNotes::note(const DeviceId& id, const SyncNote& note) {
  const std::lock_guard lock(mutex_);
  SyncNote& kept = notes_[id];
  const SyncNote before = kept;
  kept = note;
  kept.lines_after_revocation += before.lines_after_revocation;
  kept.lines += before.lines;
  kept.heads += before.heads;
  recent_[id] = note;
  if (note.heads > 0) heads_[id] += note.heads;
}

std::int64_t SyncNotes::heads_given_back(const DeviceId& id) {
  const std::lock_guard lock(mutex_);
  const auto given = heads_.find(id);
  return given == heads_.end() ? 0 : given->second;
}

std::map<DeviceId, SyncNote> SyncNotes::take_recent() {
  const std::lock_guard lock(mutex_);
  return std::exchange(recent_, {});
}

Status SyncNotes::flush() {
  std::map<DeviceId, SyncNote> notes;
  {
    const std::lock_guard lock(mutex_);
    notes.swap(notes_);
  }
  if (notes.empty()) return {};
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& told) -> Status {
    for (const auto& [id, note] : notes) {
      connection.exec(people_sql::note_device_sync, id, note.at_ms, note.backlog, note.skew_ms,
                      note.lines_after_revocation);
      connection.exec(restoration_sql::note_return, id, note.at_ms, note.lines, note.heads, note.has_given_all);
      // A database that was put back must not give a phone that is cut off its allowance anew.
      if (note.lines_after_revocation > 0) told.device(id);
    }
    return {};
  });
}

}  // namespace lianxin::server
