// How far a database and the journal beside it are known to agree, kept in the database.
#pragma once

#include <map>

#include "server/journal/journal.h"
#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

struct Agreement {
  JournalPlace place;             // every entry up to here is in the database, or waits in it
  std::int64_t state_no = -1;     // every state up to this number is in the journal; -1: none is known to be
  std::map<StudioId, Seq> marks;  // and what the server's own devices wrote up to these
};

Result<Agreement> read_agreement(SqlDatabase& database);
void put_agreement(SqlConnection& connection, const Agreement& agreement);  // throws SqlFailure

Result<std::map<StudioId, StudioHead>> heads_of(Store& store);  // of all studios that have a log

}  // namespace lianxin::server
