// Seals what versions before the ninth migration left in clear.
#pragma once

#include "client-sdk/store/database.h"

namespace lianxin::client {

// Of a file that is just being made: there is nothing in it to be sealed. Within its first migration.
void begin_sealed(Database& db);

// Some rows a transaction: whoever is ended meanwhile goes on where he was, and another process that does the same
// helps. Nothing else is done with the file before this has come to its end. Not within a transaction.
Status seal_plain(Database& db);

}  // namespace lianxin::client
