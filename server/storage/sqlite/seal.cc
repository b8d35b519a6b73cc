// The hook is declared only to those who say that they know it is compiled in; Debian's library has it.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "server/storage/sqlite/seal.h"

#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "server/storage/sqlite/failure.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {
namespace {

constexpr const char* schema_table = "sqlite_schema";

constexpr const char* create_seal = R"sql(
  CREATE TABLE seal (
    name TEXT NOT NULL PRIMARY KEY,
    rows INTEGER NOT NULL,
    digest TEXT NOT NULL
  ) STRICT, WITHOUT ROWID
)sql";

constexpr Query table_there{"table_there", R"sql(
  SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1
)sql"};

constexpr Query table_definitions{"table_definitions", R"sql(
  SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL
)sql"};

constexpr Query seal_of{"seal_of", "SELECT rows, digest FROM seal WHERE name = $1"};

constexpr Query put_seal{"put_seal", R"sql(
  INSERT INTO seal (name, rows, digest) VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, digest = excluded.digest
)sql"};

void append_size(std::string& out, std::uint64_t size) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 255);
}

// A value as type, length and bytes, so that no two rows read alike by accident. Numbers are their own length.
void append_value(std::string& out, int type, std::int64_t integer, const void* bytes, int size) {
  out += static_cast<char>(type);
  if (type == SQLITE_NULL) return;
  append_size(out, static_cast<std::uint64_t>(type == SQLITE_INTEGER ? integer : size));
  if (type != SQLITE_INTEGER && size > 0) out.append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void append_column(std::string& out, const SQLite::Column& column) {
  const int type = column.getType();
  const bool bytes = type != SQLITE_INTEGER && type != SQLITE_NULL;
  append_value(out, type, bytes ? 0 : column.getInt64(), bytes ? column.getBlob() : nullptr,
               bytes ? column.getBytes() : 0);
}

void append_noted(std::string& out, sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  const bool bytes = type != SQLITE_INTEGER && type != SQLITE_NULL;
  append_value(out, type, bytes ? 0 : sqlite3_value_int64(value), bytes ? sqlite3_value_blob(value) : nullptr,
               bytes ? sqlite3_value_bytes(value) : 0);
}

struct Sum {
  std::int64_t rows = 0;
  Digest digest;
  friend bool operator==(const Sum&, const Sum&) = default;
};

// Every column, in the order in which the table has them.
std::string rows_of(const std::string& table) {
  return table == schema_table ? "SELECT type, name, tbl_name, sql FROM sqlite_schema" : "SELECT * FROM " + table;
}

Sum sum_of(SqliteConnection& connection, const std::string& table) {
  Sum sum;
  translated([&] {
    SQLite::Statement statement(connection.database(), rows_of(table));
    std::string values;
    while (statement.executeStep()) {
      values.clear();
      for (int i = 0; i < statement.getColumnCount(); ++i) append_column(values, statement.getColumn(i));
      sum.digest += digest_of(sha256(values));
      ++sum.rows;
    }
  });
  return sum;
}

// Writes every row as it is. One that is older than a column lacks it, and the hook does not hear its default.
void rewrite(SqliteConnection& connection, const std::string& table) {
  const std::string column = translated([&] {
    const SQLite::Statement rows(connection.database(), rows_of(table));
    return std::string(rows.getColumnName(rows.getColumnCount() - 1));
  });
  connection.exec(("UPDATE " + table + " SET " + column + " = " + column).c_str());
}

bool has_table(SqliteConnection& connection, const std::string& table) {
  if (table == schema_table) return true;
  return connection.run(table_there, table).step();
}

std::optional<Sum> kept_sum(SqliteConnection& connection, const std::string& table) {
  SqlRun run = connection.run(seal_of, table);
  if (!run.step()) return std::nullopt;
  const auto digest = Digest::parse(run.text(1));
  if (!digest || digest->text() != run.text(1)) throw SqlFailure(Errc::corrupt, "a seal that is none");
  return Sum{run.integer(0), *digest};
}

void put_sum(SqliteConnection& connection, const std::string& table, const Sum& sum) {
  connection.run(put_seal, table, sum.rows, sum.digest.text()).exec();
}

}  // namespace

struct TableSeal::Hook {
  using Read = int (*)(sqlite3*, int, sqlite3_value**);

  static std::optional<Digest> row(sqlite3* database, Read read) {
    std::string values;
    const int columns = sqlite3_preupdate_count(database);
    for (int i = 0; i < columns; ++i) {
      sqlite3_value* value = nullptr;
      if (read(database, i, &value) != SQLITE_OK || !value) return std::nullopt;
      append_noted(values, value);
    }
    return digest_of(sha256(values));
  }

  static void note(TableSeal& seal, sqlite3* database, int operation, const char* table) {
    const std::string_view name = table;
    if (std::find(seal.tables_.begin(), seal.tables_.end(), name) == seal.tables_.end()) return;
    Noted& noted = seal.noted_[table];
    if (operation != SQLITE_INSERT) {
      const auto before = row(database, sqlite3_preupdate_old);
      seal.failed_ |= !before;
      if (before) noted.sum -= *before;
      --noted.rows;
    }
    if (operation != SQLITE_DELETE) {
      const auto after = row(database, sqlite3_preupdate_new);
      seal.failed_ |= !after;
      if (after) noted.sum += *after;
      ++noted.rows;
    }
  }

  // Nothing may be thrown through SQLite's own frames.
  static void call(void* self, sqlite3* database, int operation, const char* schema, const char* table, sqlite3_int64,
                   sqlite3_int64) noexcept {
    TableSeal& seal = *static_cast<TableSeal*>(self);
    try {
      if (std::string_view(schema) == "main") note(seal, database, operation, table);
    } catch (const std::exception&) {
      seal.failed_ = true;
    }
  }
};

TableSeal::TableSeal(SqliteConnection& connection, std::vector<std::string> tables)
    : connection_(connection), tables_(std::move(tables)) {
  sqlite3_preupdate_hook(connection_.database().getHandle(), Hook::call, this);
}

TableSeal::~TableSeal() { sqlite3_preupdate_hook(connection_.database().getHandle(), nullptr, nullptr); }

void TableSeal::prepare() {
  if (is_sealed(connection_)) return;
  connection_.exec("BEGIN IMMEDIATE");
  try {
    if (!is_sealed(connection_)) {  // looked at again: another process may have been first
      connection_.exec(create_seal);
      put_seals(connection_, tables_);
    }
    connection_.exec("COMMIT");
  } catch (...) {
    if (connection_.in_transaction()) connection_.exec("ROLLBACK");
    throw;
  }
  forget();
}

// A row that could not be read was that of the job that is over: the next is not to fail for it.
void TableSeal::forget() {
  noted_.clear();
  failed_ = false;
}

void TableSeal::keep() {
  if (std::exchange(failed_, false)) throw SqlFailure(Errc::unavailable, "a row could not be sealed");
  for (const auto& [table, noted] : noted_) {
    Sum sum = kept_sum(connection_, table).value_or(Sum{});
    sum.rows += noted.rows;
    sum.digest += noted.sum;
    put_sum(connection_, table, sum);
  }
  noted_.clear();
}

TableSeal::Definitions TableSeal::definitions() {
  Definitions found;
  SqlRun run = connection_.run(table_definitions);
  while (run.step()) found.emplace(run.text(0), run.text(1));
  return found;
}

void TableSeal::keep_migrated(const Definitions& before) {
  const Definitions now = definitions();
  for (const std::string& table : tables_) {
    const auto old = before.find(table), made = now.find(table);
    const bool same = old == before.end() ? made == now.end() : made != now.end() && made->second == old->second;
    if (same) continue;
    if (old != before.end() && made != now.end()) rewrite(connection_, table);
    noted_.erase(table);
    put_sum(connection_, table, made == now.end() ? Sum{} : sum_of(connection_, table));
  }
  put_sum(connection_, schema_table, sum_of(connection_, schema_table));
}

std::vector<std::string> sealed_tables(std::span<const Module> modules) {
  std::vector<std::string> names = {"migration", schema_table};  // the engine's own
  for (const Module& module : modules) names.insert(names.end(), module.sealed.begin(), module.sealed.end());
  return names;
}

bool is_sealed(SqliteConnection& connection) { return has_table(connection, "seal"); }

std::vector<std::string> broken_seals(SqliteConnection& connection, const std::vector<std::string>& tables) {
  std::vector<std::string> broken;
  for (const std::string& table : tables) {
    try {
      const Sum kept = kept_sum(connection, table).value_or(Sum{});
      if ((has_table(connection, table) ? sum_of(connection, table) : Sum{}) != kept) broken.push_back(table);
    } catch (const SqlFailure&) {
      broken.push_back(table);
    }
  }
  return broken;
}

void put_seals(SqliteConnection& connection, const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    if (has_table(connection, table)) put_sum(connection, table, sum_of(connection, table));
  }
}

}  // namespace lianxin::server
