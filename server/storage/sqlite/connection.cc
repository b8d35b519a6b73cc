#include "server/storage/sqlite/connection.h"

#include <sqlite3.h>

#include <tuple>

#include "server/storage/sqlite/encrypted_files.h"
#include "server/storage/sqlite/failure.h"

namespace lianxin::server {
namespace {

constexpr int parameters_max = 100;  // of one statement

// Reads of a file that somebody may have tampered with must not run code of the file's making (trusted_schema,
// defensive), nor leave recorded values in a temporary file.
constexpr const char* every_connection = R"sql(
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
)sql";

// FULL: in WAL the default would be to return from COMMIT before the disk has it. What is deleted is overwritten,
// because an erasure means it.
constexpr const char* writer_only = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA journal_size_limit = 67108864;
)sql";

// KiB of pages that a connection keeps in memory, at most, while it is in use: with six readers 32 MiB in all. At
// SQLite's 2 MiB a push of 500 lines writes pages out before its commit and reads them back. Of 20,000 lines into one
// studio the writer reads 196,000 times at 8 MiB and 115,000 times at 16 or 32; what is written is the same, and no
// difference in time was seen.
int cache_kib(SqliteConnection::Mode mode) {
  switch (mode) {
    case SqliteConnection::Mode::writer: return 8 * 1024;
    case SqliteConnection::Mode::reader: return 4 * 1024;
    case SqliteConnection::Mode::at_rest: return 64 * 1024;  // of one command that reads all of a file
  }
  return 0;
}

}  // namespace

SqliteStatement::SqliteStatement(SQLite::Database& database, const char* sql) try : statement_(database, sql) {
  for (int n = 1, left = statement_.getBindParameterCount(); left > 0 && n <= parameters_max; ++n) {
    places_.push_back(statement_.getIndex(("$" + std::to_string(n)).c_str()));
    if (places_.back() > 0) --left;
  }
} catch (const SQLite::Exception& exception) {
  throw failure_of(exception);
}

int SqliteStatement::place(int n) const {
  return n >= 1 && static_cast<std::size_t>(n) <= places_.size() ? places_[static_cast<std::size_t>(n) - 1] : 0;
}

void SqliteStatement::bind_text(int n, const std::string& text) {
  translated([&] { statement_.bind(place(n), text); });
}

void SqliteStatement::bind_bytes(int n, std::span<const std::uint8_t> bytes) {
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();  // a null pointer would bind NULL
  translated([&] { statement_.bind(place(n), data, static_cast<int>(bytes.size())); });
}

void SqliteStatement::bind_integer(int n, std::int64_t number) {
  translated([&] { statement_.bind(place(n), number); });
}

void SqliteStatement::bind_null(int n) {
  translated([&] { statement_.bind(place(n)); });
}

bool SqliteStatement::step() {
  return translated([&] { return statement_.executeStep(); });
}

int SqliteStatement::exec() {
  return translated([&] { return statement_.exec(); });
}

// The outcome of a reset repeats the failure of the last step, which has been thrown already.
void SqliteStatement::reset() noexcept {
  statement_.tryReset();
  statement_.clearBindings();
}

std::int64_t SqliteStatement::integer(int i) const {
  return translated([&] { return statement_.getColumn(i).getInt64(); });
}

std::string_view SqliteStatement::bytes(int i) const {
  return translated([&] {
    const SQLite::Column column = statement_.getColumn(i);
    const auto* data = static_cast<const char*>(column.getBlob());  // asked before the length: it may convert
    return std::string_view(data, static_cast<std::size_t>(column.getBytes()));
  });
}

bool SqliteStatement::is_null(int i) const {
  return translated([&] { return statement_.isColumnNull(i); });
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Mode mode, int busy_timeout_ms,
                                   const std::optional<DataKeyId>& key) try
    : database_(name_to_open(file, key),
                (mode == Mode::writer ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY) |
                    SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI,
                busy_timeout_ms, encrypted_files()) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  database_.exec(every_connection);
  if (mode == Mode::writer) database_.exec(writer_only);
  database_.exec("PRAGMA cache_size = -" + std::to_string(cache_kib(mode)));
} catch (const SQLite::Exception& exception) {
  throw failure_of(exception);
}

SqlStatement& SqliteConnection::statement(const Query& query) {
  auto at = prepared_.find(query.sql);
  if (at == prepared_.end()) at = prepared_.try_emplace(query.sql, database_, query.sql).first;
  return at->second;
}

void SqliteConnection::exec(const char* sql) {
  translated([&] { database_.exec(sql); });
}

void SqliteConnection::abandon() noexcept {
  if (in_transaction()) (void)database_.tryExec("ROLLBACK");
}

bool SqliteConnection::lacked_memory() const { return (sqlite3_errcode(database_.getHandle()) & 0xff) == SQLITE_NOMEM; }

std::int64_t SqliteConnection::bytes_in_memory() {
  int bytes = 0, most = 0;
  sqlite3_db_status(database_.getHandle(), SQLITE_DBSTATUS_CACHE_USED, &bytes, &most, 0);
  return bytes;
}

void SqliteConnection::let_go_of_memory() noexcept { sqlite3_db_release_memory(database_.getHandle()); }

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

}  // namespace lianxin::server
