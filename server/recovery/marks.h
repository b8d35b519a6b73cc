// Tells the journal now and then how far each studio's log has come, by which a database that was put back is noticed, and
// which phones have synced; and the database, how far it agrees with the journal.
//
//   {"kind":"marks","studios":[{"studio":"…","seq":812,"log":"64 hex digits"}],
//    "syncs":[{"device":"…","at_ms":…,"backlog":0}]}
#pragma once

#include <mutex>
#include <optional>

#include "server/people/devices.h"
#include "server/recovery/agreement.h"

namespace lianxin::server {

// Thread-safe. All references must outlive this.
class Marks {
 public:
  Marks(Journal& journal, SqlDatabase& database, Store& store, Devices& devices)
      : journal_(journal), database_(database), store_(store), devices_(devices) {}

  // Studios that have moved and phones that have synced since the last time. Not waited for: a power cut that takes them
  // takes nothing else. What the journal could not write before is written with them, or this fails.
  Status tell();

  // To be called once tell() and tell_untold() have succeeded, so that the journal owes nothing that is older. Notes in
  // the database what was found to agree when this was last asked: a change that is durable here and whose entry is only
  // being written is then not taken for told. `settled`: nobody writes any more, so what agrees now is noted.
  Status note_agreement(bool settled);

 private:
  Result<Agreement> look();

  Journal& journal_;
  SqlDatabase& database_;
  Store& store_;
  Devices& devices_;
  std::mutex mutex_;  // of all below
  std::map<StudioId, Seq> told_;
  std::optional<Agreement> seen_;   // when last asked
  std::int64_t noted_number_ = -1;  // of the place that the database has now
};

}  // namespace lianxin::server
