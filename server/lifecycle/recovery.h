// When a server opens its data: is the database older than the journal? Then it was put back from a backup, by the command
// or by a plain copy of files, and learns again what the journal knows: devices, codes, accounts and grants as they were,
// and what desks and the server itself had written. The phones bring the rest. And the other way: what the database knows
// and the journal does not, because the program was killed between the two or the journal was lost, is told to it.
#pragma once

#include <string>
#include <vector>

#include "server/lifecycle/journal.h"
#include "server/lifecycle/restoration.h"

namespace lianxin {

class Server;
class SqliteDatabase;

struct Recovered {
  std::vector<RestoredStudio> studios;  // whose log was not what the journal had heard of it
  std::int64_t states = 0, lines = 0;   // that the database had forgotten and knows again
  std::int64_t unreadable = 0;          // entries that this program does not understand: left in the journal
  std::int64_t told = 0;                // entries that the journal did not have
  bool journal_unknown = false;         // it is another, or an older copy, than the one this database knew
  Journal::Damage damage;

  bool restored() const { return !studios.empty() || states > 0 || lines > 0; }
};

// The versions of the kinds first, for without them nothing can be judged, and a new one would take the number of one that
// phones have.
Status recover_kinds(Journal& journal, SqliteDatabase& database);

// Idempotent, and harmless beside a running server: whatever is there already is passed over. `server` is open but for
// this. What was found is in the log (`restored`, `journal_damaged`, `journal_replaced`) and, where the database had
// been put back, in its table `restoration`.
Result<Recovered> recover(Server& server);

}  // namespace lianxin
