// The hook is declared only to those who say that they know it is compiled in; Debian's library has it.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "server/storage/sqlite/seal.h"

#include <sqlite3.h>

#include <exception>
#include <optional>
#include <utility>

#include "server/storage/sqlite/failure.h"
#include "server/storage/sqlite/seal_queries.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {
namespace {

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

const Query* query_of(std::string_view table) {
  for (const SealedTable& sealed : queries::sealed) {
    if (sealed.name == table) return &sealed.rows;
  }
  return nullptr;
}

Sum sum_of(SqliteConnection& connection, const Query& rows) {
  Sum sum;
  translated([&] {
    SQLite::Statement statement(connection.database(), rows.sql);
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

bool has_table(SqliteConnection& connection, const std::string& table) {
  if (table == "sqlite_schema") return true;
  SqlRun run = connection.run(queries::table_there);
  return run.bind(1, table).step();
}

std::optional<Sum> kept_sum(SqliteConnection& connection, const std::string& table) {
  SqlRun run = connection.run(queries::seal_of);
  if (!run.bind(1, table).step()) return std::nullopt;
  const auto digest = Digest::parse(run.text(1));
  if (!digest || digest->text() != run.text(1)) throw SqlFailure(Errc::corrupt, "a seal that is none");
  return Sum{run.integer(0), *digest};
}

void put_sum(SqliteConnection& connection, const std::string& table, const Sum& sum) {
  connection.run(queries::put_seal).bind(1, table).bind(2, sum.rows).bind(3, sum.digest.text()).exec();
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
    if (!query_of(table)) return;
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

TableSeal::TableSeal(SqliteConnection& connection) : connection_(connection) {
  sqlite3_preupdate_hook(connection_.database().getHandle(), Hook::call, this);
}

TableSeal::~TableSeal() { sqlite3_preupdate_hook(connection_.database().getHandle(), nullptr, nullptr); }

void TableSeal::prepare() {
  if (is_sealed(connection_)) return;
  connection_.exec("BEGIN IMMEDIATE");
  try {
    if (!is_sealed(connection_)) {  // looked at again: another process may have been first
      connection_.exec(queries::create_seal.sql);
      seal_anew(connection_);
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
  SqlRun run = connection_.run(queries::table_definitions);
  while (run.step()) found.emplace(run.text(0), run.text(1));
  return found;
}

void TableSeal::keep_migrated(const Definitions& before) {
  const Definitions now = definitions();
  for (const SealedTable& table : queries::sealed) {
    const auto old = before.find(table.name), made = now.find(table.name);
    const bool same = old == before.end() ? made == now.end() : made != now.end() && made->second == old->second;
    if (same) continue;
    const std::string name(table.name);
    if (old != before.end() && made != now.end()) connection_.run(table.rewrite).exec();
    noted_.erase(name);
    put_sum(connection_, name, made == now.end() ? Sum{} : sum_of(connection_, table.rows));
  }
  put_sum(connection_, "sqlite_schema", sum_of(connection_, *query_of("sqlite_schema")));
}

std::vector<std::string> sealed_tables() {
  std::vector<std::string> names;
  for (const SealedTable& table : queries::sealed) names.emplace_back(table.name);
  return names;
}

bool is_sealed(SqliteConnection& connection) { return has_table(connection, "seal"); }

std::vector<std::string> broken_seals(SqliteConnection& connection) {
  std::vector<std::string> broken;
  for (const SealedTable& table : queries::sealed) {
    const std::string name(table.name);
    try {
      const Sum kept = kept_sum(connection, name).value_or(Sum{});
      if ((has_table(connection, name) ? sum_of(connection, table.rows) : Sum{}) != kept) broken.push_back(name);
    } catch (const SqlFailure&) {
      broken.push_back(name);
    }
  }
  return broken;
}

void seal_anew(SqliteConnection& connection) {
  for (const SealedTable& table : queries::sealed) {
    const std::string name(table.name);
    if (has_table(connection, name)) put_sum(connection, name, sum_of(connection, table.rows));
  }
}

}  // namespace lianxin::server
