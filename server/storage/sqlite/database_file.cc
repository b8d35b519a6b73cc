#include "server/storage/database_file.h"

#include <SQLiteCpp/Backup.h>

#include "server/storage/guard.h"
#include "server/storage/sqlite/encrypted_files.h"
#include "server/storage/sqlite/failure.h"
#include "server/storage/sqlite/file.h"
#include "server/storage/sqlite/seal.h"
#include "server/storage/sqlite/search_check.h"

namespace lianxin::server {
namespace {

constexpr int busy_timeout_ms = 5000;  // for locks of the server that has the file open

constexpr Query begin_read{"begin_read", "BEGIN"};
constexpr Query integrity{"integrity", "PRAGMA integrity_check(100)"};
constexpr Query foreign_keys{"foreign_keys", "PRAGMA foreign_key_check"};
constexpr Query search_strays{"search_strays", R"sql(
  SELECT count(*) FROM search s WHERE NOT EXISTS (SELECT 1 FROM search_document d WHERE d.id = s.rowid)
)sql"};

// The -shm is nothing but an index of the -wal, and is made anew beside whatever database opens next.
constexpr const char* endings[] = {"-wal", "-shm", "-journal", ""};

}  // namespace

Status read_database(const std::filesystem::path& file, const SqlDatabase::Job& job) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return failure(Errc::not_found, "no such file: " + file.string());
  return guard("read file", [&]() -> Status {
    SqliteConnection connection(file, SqliteConnection::Mode::at_rest, busy_timeout_ms);
    if (!is_ours(connection)) return failure(Errc::corrupt, "read file: it is no database of this program");
    connection.run(begin_read).exec();
    Status done = job(connection);
    connection.abandon();
    return done;
  });
}

Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                     const std::optional<DataKeyId>& key) {
  if (std::filesystem::exists(to)) return failure(Errc::conflict, "copy database: the file is already there");
  LX_CHECK(make_private(to));
  return read_database(from, [&](SqlConnection& connection) -> Status {
    SQLite::Database& original = SqliteConnection::of(connection).database();
    translated([&] {
      SQLite::Database target(name_to_open(to, key ? key : key_of_file(original.getHandle())),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_URI, busy_timeout_ms, encrypted_files());
      SQLite::Backup(target, original).executeStep();
      target.exec("PRAGMA journal_mode = DELETE");  // the original's is WAL: a copy in WAL mode is not one file
    });
    return {};
  });
}

Result<std::optional<DataKeyId>> key_of_database(const std::filesystem::path& file) {
  std::optional<DataKeyId> key;
  LX_CHECK(read_database(file, [&](SqlConnection& connection) -> Status {
    key = key_of_file(SqliteConnection::of(connection).database().getHandle());
    return {};
  }));
  return key;
}

std::span<const char* const> database_endings() { return endings; }

void check_pages(SqlConnection& connection, const TellFault& tell) {
  for (SqlRun run = connection.run(integrity); run.step();) {
    const std::string said = run.text(0);
    if (said != "ok") tell("pages_wrong", {{"reason", said}});
  }
  SqlRun run = connection.run(foreign_keys);
  while (run.step()) tell("reference_wrong", {{"table", run.text(0)}, {"to", run.text(2)}});
}

void check_seals(SqlConnection& connection, std::span<const Module> modules, const TellFault& tell) {
  SqliteConnection& file = SqliteConnection::of(connection);
  if (!is_sealed(file)) return tell("seal_missing", {});
  for (const std::string& table : broken_seals(file, sealed_tables(modules))) tell("seal_wrong", {{"table", table}});
}

void check_search(SqlConnection& connection, const TellFault& tell) {
  if (!search_index_agrees(SqliteConnection::of(connection))) tell("search_index_wrong", {});
  const std::int64_t strays = connection.first(search_strays, column<std::int64_t>).value_or(0);
  if (strays > 0) tell("search_stray", {{"rows", std::to_string(strays)}});
}

std::vector<std::string> seal_anew(SqlConnection& connection, std::span<const Module> modules) {
  const std::vector<std::string> tables = sealed_tables(modules);
  put_seals(SqliteConnection::of(connection), tables);
  return tables;
}

}  // namespace lianxin::server
