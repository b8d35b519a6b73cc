// Entries of the journal that could not be taken when they were heard, because what they need is not here: a row that
// cannot be read, a held line that a phone has yet to bring back, a program that understands them. They are kept in the
// database, whole, and tried again until they can be taken or nothing of them is missing any more.
#pragma once

#include <vector>

#include "server/journal/journal.h"

namespace lianxin::server {

class SqlConnection;
class SqlDatabase;

// Both throw SqlFailure. To keep one again changes nothing.
void keep_waiting(SqlConnection& connection, const JournalEntry& entry);
void drop_waiting(SqlConnection& connection, const JournalEntry& entry);

// In the order of the journal; one that can no longer be read is left out, and logged.
Result<std::vector<JournalEntry>> waiting_entries(SqlDatabase& database);

}  // namespace lianxin::server
