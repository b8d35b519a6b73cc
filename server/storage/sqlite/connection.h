// One connection to the database file, with the statements it has prepared. For this engine's own files: nobody else
// sees SQLiteCpp. Everything here throws SqlFailure, but what is done on database() itself. Threads: one at a time.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <unordered_map>
#include <vector>

#include "server/storage/data_keys.h"
#include "server/storage/sql.h"

namespace lianxin::server {

class SqliteStatement final : public SqlStatement {
 public:
  SqliteStatement(SQLite::Database& database, const char* sql);

  void bind_text(int n, const std::string& text) override;
  void bind_bytes(int n, std::span<const std::uint8_t> bytes) override;
  void bind_integer(int n, std::int64_t number) override;
  void bind_null(int n) override;
  bool step() override;
  int exec() override;
  void reset() noexcept override;
  std::int64_t integer(int i) const override;
  std::string_view bytes(int i) const override;
  bool is_null(int i) const override;

 private:
  int place(int n) const;  // of $n among the parameters, from 1; 0, which binds nothing and throws, where there is none

  SQLite::Statement statement_;
  std::vector<int> places_;  // of $1, $2 …
};

class SqliteConnection final : public SqlConnection {
 public:
  enum class Mode { writer, reader, at_rest };  // the writer creates the file; at rest it is read once, from end to end
  // A file that is empty is made encrypted under `key`, where one is given.
  SqliteConnection(const std::filesystem::path& file, Mode mode, int busy_timeout_ms,
                   const std::optional<DataKeyId>& key = {});

  void exec(const char* sql);   // one or more statements, not kept
  bool lacked_memory() const;   // what was done last failed for want of it
  bool in_transaction() const;  // false also after SQLite rolled back by itself

  // Leaves no transaction open. SQLite may have ended it by itself (disk full, I/O error). Without memory it may not
  // even be able to end one: so this is called before each as well as after.
  void abandon() noexcept;

  std::int64_t bytes_in_memory();    // of pages that it keeps to be quick
  void let_go_of_memory() noexcept;  // of those that nothing at hand needs

  SQLite::Database& database() { return database_; }

  // The connection behind the seam, where the database is this engine's.
  static SqliteConnection& of(SqlConnection& connection) { return static_cast<SqliteConnection&>(connection); }

 private:
  SqlStatement& statement(const Query& query) override;

  SQLite::Database database_;
  std::unordered_map<const char*, SqliteStatement> prepared_;  // by the address of the text
};

}  // namespace lianxin::server
