// One connection to the database file, with the statements it has prepared. For this engine's own files and for other
// rooms' SQLite parts; nobody else sees SQLiteCpp. Everything here throws SQLite::Exception: database.h turns what
// leaves a transaction into an Error. Threads: one at a time.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>

#include "schema/ids.h"
#include "server/storage/query.h"

namespace lianxin::server {

// One execution of a prepared statement. When it ends the statement is reset and lets go of what was bound.
class SqliteRun {
 public:
  SqliteRun(SQLite::Statement& statement, bool& in_use);
  ~SqliteRun();
  SqliteRun(const SqliteRun&) = delete;
  SqliteRun& operator=(const SqliteRun&) = delete;

  // Parameter $n. Values are copied.
  SqliteRun& bind(int n, const std::string& text);
  SqliteRun& bind(int n, std::span<const std::uint8_t> bytes);
  SqliteRun& bind(int n, std::integral auto number) { return bind_integer(n, static_cast<std::int64_t>(number)); }
  SqliteRun& bind_null(int n);
  template <class Tag, IdText form>
  SqliteRun& bind(int n, const Id<Tag, form>& id) {
    return bind(n, std::span<const std::uint8_t>(id.bytes));
  }

  bool step();  // to the next row; false when there is none
  int exec();   // for statements that give none; how many rows were changed
  void again(); // ready to be bound and run once more

  // Column i, from 0, of the row stepped to.
  std::int64_t integer(int i) const;
  std::string text(int i) const;  // or the bytes of a blob
  bool is_null(int i) const;
  template <class T>
  T id(int i) const {
    T value;
    read_bytes(i, value.bytes);
    return value;
  }
  template <std::size_t size>
  Bytes<size> bytes(int i) const {
    Bytes<size> value;
    read_bytes(i, value);
    return value;
  }

 private:
  SqliteRun& bind_integer(int n, std::int64_t number);
  void read_bytes(int i, std::span<std::uint8_t> out) const;  // corrupt when it is not exactly as long

  SQLite::Statement& statement_;
  bool& in_use_;
};

class SqliteConnection {
 public:
  enum class Mode { writer, reader };  // the writer creates the file
  SqliteConnection(const std::filesystem::path& file, Mode mode, int busy_timeout_ms);

  // The statement of `query`, prepared once. One query runs once at a time on a connection.
  SqliteRun run(const Query& query);

  SQLite::Database& database() { return database_; }
  bool in_transaction() const;  // false also after SQLite rolled back by itself

 private:
  struct Prepared {
    SQLite::Statement statement;
    bool in_use = false;
  };

  SQLite::Database database_;
  std::unordered_map<const char*, Prepared> prepared_;  // by the address of the text
};

}  // namespace lianxin::server
