// When a server opens its data: is the database older than the journal? Then it was put back from a backup, by the
// command or by a plain copy of files, and learns again what the journal knows: devices, codes, accounts and grants as
// they were, and what desks and the server itself had written. The phones bring the rest. And the other way: what the
// database knows and the journal does not, because the program was killed between the two or the journal was lost, is
// told to it.
#pragma once

#include "server/journal/journal.h"
#include "server/people/restoration.h"
#include "server/recovery/recovery_parts.h"

namespace lianxin::server {

struct Recovered {
  std::vector<RestoredStudio> studios;  // whose log was not what the journal had told of it
  std::int64_t states = 0, lines = 0;   // that the database had forgotten and knows again
  std::size_t waiting = 0;              // entries that cannot be taken yet (server/recovery/waiting.h)
  std::int64_t told = 0;                // entries that the journal did not have
  bool journal_unknown = false;         // it is another, or an older copy, than the one this database knew
  Journal::Damage damage;

  bool restored() const { return !studios.empty() || states > 0 || lines > 0; }
};

// Idempotent, and harmless beside a running server: whatever is there already is passed over. What was found is in the
// log
// (`restored`, `journal_damaged`, `journal_replaced`) and, where the database had been put back, in its table
// `restoration`. Killed anywhere in it, it is gone on with by the next call. unavailable: the disk.
Result<Recovered> recover(const RecoveryParts& parts);

// Tells the journal what the database has since they were last known to agree and the journal has not: a command beside
// a running server may be killed, or find the disk full, between its commit and its entry. What is only being told now
// by somebody else may be told twice, which changes nothing. unavailable: the disk.
Status tell_untold(const RecoveryParts& parts);

}  // namespace lianxin::server
