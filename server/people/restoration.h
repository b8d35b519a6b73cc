// What a database remembers of having been put back: what was missing, and which phones have brought their part since.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "server/journal/journal.h"
#include "sync/model/change.h"

namespace lianxin::server {

class SqlConnection;
class SqlDatabase;

struct RestoredStudio {
  StudioId studio;
  Seq seq_before = 0;  // of its log, as the journal told last
  Seq seq_found = 0;   // of its log in the database that was put back; equal to it where only what stood there differed
};

struct RestoredDevice {
  DeviceId device;
  std::int64_t last_sync_ms = 0, backlog = 0;  // before the restore, as far as is known; 0: unknown, or none
  std::int64_t returned_ms = 0;                // its first sync afterwards; 0: still awaited
  bool settled = false;                        // it has nothing left of that time
  std::int64_t lines = 0, heads = 0;           // that it brought until then: of its own, and of others' work
};

struct Restoration {
  std::int64_t at_ms = 0;
  std::vector<RestoredStudio> studios;
  std::vector<RestoredDevice> devices;  // those awaited first, then in the order of their return
};

// The last one; none where this database was never put back.
Result<std::optional<Restoration>> last_restoration(SqlDatabase& database);

// A sync as the journal tells of it.
struct ToldSync {
  std::int64_t at_ms = 0, backlog = 0;
};

// In two steps, with the replay of the journal between them: a kill in between must not leave a database that looks as
// if it had never been put back. First, that it was, once for each end of the journal; all desk sessions end, for which
// of them were signed out since is not known. Throws SqlFailure.
void note_restoration(SqlConnection& connection, std::int64_t at_ms, const JournalPlace& end,
                      const std::vector<RestoredStudio>& studios);
// The end of the journal at which one was noted last; 0 where none was. Throws SqlFailure.
JournalPlace noted_place(SqlConnection& connection);
// Then, once those are known again that the journal tells of: every phone in use is awaited. Throws SqlFailure.
void await_devices(SqlConnection& connection, const std::map<DeviceId, ToldSync>& told);

// A device that is unknown here shows a certificate of this server's, made at `enrolled_ms`: the database was put back
// since, and where the journal did not know, it is noted now. The device is among those that have brought their part.
// Throws SqlFailure.
void note_readmitted(SqlConnection& connection, const DeviceId& device, std::int64_t enrolled_ms, std::int64_t now_ms);

}  // namespace lianxin::server
