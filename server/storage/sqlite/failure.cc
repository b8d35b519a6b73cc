#include "server/storage/sqlite/failure.h"

#include <sqlite3.h>

namespace lianxin::server {

SqlFailure failure_of(const SQLite::Exception& exception) {
  const auto failure = [&](Errc code, const char* what) {
    return SqlFailure(code, std::string(what) + " (" + exception.getErrorStr() + ")");
  };
  switch (exception.getErrorCode() & 0xff) {  // the low byte is the primary code
    case SQLITE_FULL: return failure(Errc::unavailable, "disk full");
    case SQLITE_CORRUPT: return failure(Errc::corrupt, "the database is damaged");
    case SQLITE_NOTADB: return failure(Errc::corrupt, "the file is no database");
    case SQLITE_AUTH:
      return failure(Errc::not_allowed, "the file is encrypted under a key that is not here: DATA/keys/data.secret");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return failure(Errc::busy, "the database is locked");
    case SQLITE_CONSTRAINT: return SqlFailure(Errc::conflict, exception.what());
    default: return SqlFailure(Errc::unavailable, exception.what());
  }
}

}  // namespace lianxin::server
