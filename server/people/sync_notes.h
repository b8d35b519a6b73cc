// What syncs tell of their devices. Kept in memory until they are written down, so that a pull costs no write; they may
// be lost.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "schema/ids.h"
#include "schema/result.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

struct SyncNote {
  std::int64_t at_ms = 0, backlog = 0, skew_ms = 0;
  std::int64_t lines_after_revocation = 0;  // in this sync
  std::int64_t lines = 0, heads = 0;        // taken of it, and of others' work that it gave back
  bool has_given_all = false;               // nothing that it had waits any more
};

// Thread-safe. Both references must outlive this.
class SyncNotes {
 public:
  SyncNotes(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  void note(const DeviceId& id, const SyncNote& note);

  // Into the database, and what the journal has to know there. Errors: the database's, the disk's.
  Status flush();

  // Heads of others' work that the device gave back since this server began: a restored one begins anew.
  std::int64_t heads_given_back(const DeviceId& id);

  // The last syncs since this was last asked, for the journal.
  std::map<DeviceId, SyncNote> take_recent();

 private:
  SqlDatabase& database_;
  Journal& journal_;
  std::mutex mutex_;  // of all below
  std::map<DeviceId, SyncNote> notes_, recent_;
  std::map<DeviceId, std::int64_t> heads_;  // of those that gave any back
};

}  // namespace lianxin::server
