// Tells the journal now and then how far each studio's log has come, by which a database that was put back is noticed,
// and which phones have synced; and the database, how far it agrees with the journal.
//
//   {"kind":"marks","studios":[{"studio":"…","seq":812,"log":"64 hex digits"}],
//    "syncs":[{"device":"…","at_ms":…,"backlog":0}]}
#pragma once

#include <mutex>
#include <optional>

#include "server/people/sync_notes.h"
#include "server/recovery/agreement.h"
#include "server/recovery/recovery_parts.h"

namespace lianxin::server {

// Thread-safe. All references must outlive this.
class Marks {
 public:
  // `agrees`: notes in the database how far it agrees with the journal. A command does not: it ends before it could
  // know.
  Marks(const RecoveryParts& parts, SyncNotes& syncs, bool agrees) : parts_(parts), syncs_(syncs), agrees_(agrees) {}

  // Now and then, and with each backup: studios that have moved and phones that have synced since the last time. Not
  // waited for: a power cut that takes them takes nothing else. What the journal could not write before, or was never
  // told, is written first, or this fails. What was found to agree when this was last asked is noted then: a change
  // that is durable here and whose entry is only being written is not taken for told. unavailable: the disk.
  Status tell();

  // The same once nobody writes any more: what agrees now is noted, whatever `agrees` was.
  Status tell_at_end();

 private:
  Status tell_marks();
  Result<Agreement> look();
  Status note(const Agreement& agreement);

  const RecoveryParts parts_;
  SyncNotes& syncs_;
  const bool agrees_;
  std::mutex mutex_;  // of all below
  std::map<StudioId, Seq> told_;
  std::optional<Agreement> seen_;   // when last asked
  std::int64_t noted_number_ = -1;  // of the place that the database has now
};

}  // namespace lianxin::server
