#include "server/storage/sqlite/connection.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <tuple>

#include "schema/assert.h"

namespace lianxin::server {
namespace {

std::string parameter(int n) { return "$" + std::to_string(n); }

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

}  // namespace

SqliteRun::SqliteRun(SQLite::Statement& statement, bool& in_use) : statement_(statement), in_use_(in_use) {
  LX_ASSERT(!in_use_);
  in_use_ = true;
}

SqliteRun::~SqliteRun() {
  // The outcome of a reset repeats the failure of the last step, which has been thrown already.
  statement_.tryReset();
  statement_.clearBindings();
  in_use_ = false;
}

SqliteRun& SqliteRun::bind(int n, const std::string& text) {
  statement_.bind(parameter(n), text);
  return *this;
}

SqliteRun& SqliteRun::bind(int n, std::span<const std::uint8_t> bytes) {
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();  // a null pointer would bind NULL
  statement_.bind(parameter(n), data, static_cast<int>(bytes.size()));
  return *this;
}

SqliteRun& SqliteRun::bind_integer(int n, std::int64_t number) {
  statement_.bind(parameter(n), number);
  return *this;
}

SqliteRun& SqliteRun::bind_null(int n) {
  statement_.bind(parameter(n));
  return *this;
}

bool SqliteRun::step() { return statement_.executeStep(); }

int SqliteRun::exec() { return statement_.exec(); }

void SqliteRun::again() {
  statement_.reset();
  statement_.clearBindings();
}

std::int64_t SqliteRun::integer(int i) const { return statement_.getColumn(i).getInt64(); }

std::string SqliteRun::text(int i) const { return statement_.getColumn(i).getString(); }

bool SqliteRun::is_null(int i) const { return statement_.isColumnNull(i); }

void SqliteRun::read_bytes(int i, std::span<std::uint8_t> out) const {
  const SQLite::Column column = statement_.getColumn(i);
  const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
  if (static_cast<std::size_t>(column.getBytes()) != out.size()) {
    throw SQLite::Exception("an id or hash of the wrong length", SQLITE_CORRUPT);
  }
  std::copy_n(data, out.size(), out.begin());
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Mode mode, int busy_timeout_ms)
    : database_(file.string(),
                (mode == Mode::writer ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY) |
                    SQLite::OPEN_NOMUTEX,
                busy_timeout_ms) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  database_.exec(every_connection);
  if (mode == Mode::writer) database_.exec(writer_only);
}

SqliteRun SqliteConnection::run(const Query& query) {
  auto at = prepared_.find(query.sql);
  if (at == prepared_.end()) {
    at = prepared_.try_emplace(query.sql, Prepared{SQLite::Statement(database_, query.sql)}).first;
  }
  return SqliteRun(at->second.statement, at->second.in_use);
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

}  // namespace lianxin::server
