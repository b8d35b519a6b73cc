#include "server/storage/sqlite/guard.h"

#include <sqlite3.h>

namespace lianxin::server {

Error error_of(const SQLite::Exception& exception, const char* act) {
  const auto error = [&](Errc code, const char* what) {
    return Error{code, std::string(act) + ": " + what + " (" + exception.getErrorStr() + ")"};
  };
  switch (exception.getErrorCode() & 0xff) {  // the low byte is the primary code
    case SQLITE_FULL: return error(Errc::unavailable, "disk full");
    case SQLITE_CORRUPT: return error(Errc::corrupt, "the database is damaged");
    case SQLITE_NOTADB: return error(Errc::corrupt, "the file is no database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return error(Errc::busy, "the database is locked");
    case SQLITE_CONSTRAINT: return {Errc::conflict, std::string(act) + ": " + exception.what()};
    default: return {Errc::unavailable, std::string(act) + ": " + exception.what()};
  }
}

}  // namespace lianxin::server
