// A phone's file as an app left it that sealed nothing: of the eighth migration, with all that is in the file of a
// phone.
#pragma once

#include <string>

#include "client-sdk/store/database.h"

namespace lianxin::client {

// Makes `to`, which must not be there, of what is in `db`.
void write_plain_file(Database& db, const std::string& to);

}  // namespace lianxin::client
