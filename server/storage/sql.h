// The seam between the rooms that keep rows in a database and the engine that holds them: transactions as functions,
// named statements, one kind of failure. Rooms above storage name only what stands here; an engine implements
// SqlDatabase, SqlConnection and SqlStatement.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "server/storage/migration.h"
#include "server/storage/query.h"

namespace lianxin::server {

// What a statement throws, whatever the engine. It leaves a job of SqlDatabase and becomes its Error there (guard.h).
// busy: locked by somebody else; conflict: a constraint said no; corrupt: damaged, or no database; unavailable: the
// disk is full or failed, and all else. The text holds no recorded value.
class SqlFailure : public std::runtime_error {
 public:
  SqlFailure(Errc code, const std::string& what) : std::runtime_error(what), code_(code) {}
  Errc code() const { return code_; }

 private:
  Errc code_;
};

// A prepared statement of one connection: what an engine implements. Everybody else holds an SqlRun.
class SqlStatement {
 public:
  virtual ~SqlStatement() = default;

  virtual void bind_text(int n, const std::string& text) = 0;
  virtual void bind_bytes(int n, std::span<const std::uint8_t> bytes) = 0;
  virtual void bind_integer(int n, std::int64_t number) = 0;
  virtual void bind_null(int n) = 0;
  virtual bool step() = 0;
  virtual int exec() = 0;
  virtual void reset() noexcept = 0;  // ready to run once more, with nothing bound
  virtual std::int64_t integer(int i) const = 0;
  virtual std::string_view bytes(int i) const = 0;  // of a text or a blob; valid until the next step
  virtual bool is_null(int i) const = 0;

 private:
  friend class SqlRun;
  bool in_use_ = false;
};

// One execution of a statement. When it ends the statement is reset and lets go of what was bound. Every function may
// throw SqlFailure.
class SqlRun {
 public:
  explicit SqlRun(SqlStatement& statement);
  template <class... Values>
  requires(sizeof...(Values) > 0) explicit SqlRun(SqlStatement& statement, const Values&... values)
      : SqlRun(statement) {  // $1, $2 … in their order
    int n = 0;
    (bind(++n, values), ...);
  }
  ~SqlRun();
  SqlRun(const SqlRun&) = delete;
  SqlRun& operator=(const SqlRun&) = delete;

  // Parameter $n. Values are copied; an empty optional is a null.
  SqlRun& bind(int n, const std::string& text);
  SqlRun& bind(int n, const char* text) { return bind(n, std::string(text)); }
  SqlRun& bind(int n, std::span<const std::uint8_t> bytes);
  SqlRun& bind(int n, std::integral auto number) { return bind_integer(n, static_cast<std::int64_t>(number)); }
  SqlRun& bind_null(int n);
  template <class Tag, IdText form>
  SqlRun& bind(int n, const Id<Tag, form>& id) {
    return bind(n, std::span<const std::uint8_t>(id.bytes));
  }
  template <class T>
  SqlRun& bind(int n, const std::optional<T>& value) {
    return value ? bind(n, *value) : bind_null(n);
  }

  bool step();  // to the next row; false when there is none
  int exec();   // for statements that give none; how many rows were changed

  // The first columns of the row stepped to, in their order.
  template <class... Parts>
  void read(Parts&... parts) const {
    int i = 0;
    (read_column(i++, parts), ...);
  }

  // Column i, from 0, of that row.
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
  SqlRun& bind_integer(int n, std::int64_t number);
  void read_bytes(int i, std::span<std::uint8_t> out) const;  // corrupt when it is not exactly as long

  void read_column(int i, std::string& out) const { out = text(i); }
  void read_column(int i, bool& out) const { out = integer(i) != 0; }
  void read_column(int i, std::integral auto& out) const { out = static_cast<std::decay_t<decltype(out)>>(integer(i)); }
  template <std::size_t size>
  void read_column(int i, Bytes<size>& out) const {
    read_bytes(i, out);
  }
  template <class Tag, IdText form>
  void read_column(int i, Id<Tag, form>& out) const {
    read_bytes(i, out.bytes);
  }
  template <class T>
  void read_column(int i, std::optional<T>& out) const {
    if (!is_null(i)) read_column(i, out.emplace());
  }

  SqlStatement& statement_;
};

// The first column of a row: how it is read where it is the only one.
template <class T>
T column(const SqlRun& run) {
  T value{};
  run.read(value);
  return value;
}

// One connection, within a transaction that its database began. Threads: one at a time.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // The statement of `query`, prepared once, with its parameters in their order. One query runs once at a time on a
  // connection. Throws SqlFailure, as all of these.
  template <class... Values>
  SqlRun run(const Query& query, const Values&... values) {
    return SqlRun(statement(query), values...);
  }

  // For statements that give no rows; how many were changed.
  template <class... Values>
  int exec(const Query& query, const Values&... values) {
    return run(query, values...).exec();
  }

  // What `read` makes of each row, and of the first one, if there is any.
  template <class Read, class... Values>
  auto all(const Query& query, const Read& read, const Values&... values) {
    std::vector<std::invoke_result_t<const Read&, const SqlRun&>> rows;
    for (SqlRun run = this->run(query, values...); run.step();) rows.push_back(read(run));
    return rows;
  }
  template <class Read, class... Values>
  auto first(const Query& query, const Read& read, const Values&... values) {
    SqlRun run = this->run(query, values...);
    return run.step() ? std::optional(read(run)) : std::nullopt;
  }
  // Of a row that is always there: `corrupt` where somebody took it away.
  template <class Read, class... Values>
  auto only(const Query& query, const Read& read, const Values&... values) {
    auto row = first(query, read, values...);
    if (!row) throw SqlFailure(Errc::corrupt, std::string(query.name) + ": no row");
    return std::move(*row);
  }

 private:
  virtual SqlStatement& statement(const Query& query) = 0;
};

// A database. Threads: all from any; a job must not call write (it would wait for itself), nor a reader's write or
// read.
class SqlDatabase {
 public:
  using Job = std::function<Status(SqlConnection&)>;

  virtual ~SqlDatabase() = default;

  // Runs `job`, on whatever thread, and returns once its effects are durable. A job may throw SqlFailure or
  // std::bad_alloc, which becomes its Error; any other exception is thrown here again. When it fails nothing of it
  // remains. busy: too many wait. `whose`: the studio that it is about, zero where it is none's. Of one studio what
  // comes first is done first; between studios each has an equal share of the time that writes take.
  virtual Status write(const StudioId& whose, const Job& job) = 0;
  Status write(const Job& job) { return write(StudioId{}, job); }

  // Runs `job` on this thread, in one snapshot, on a connection that cannot write.
  virtual Status read(const Job& job) = 0;

  // What the engine keeps beside the file, to undo a write or to be quick, holds no more of what was written before.
  // busy: somebody still reads of it.
  virtual Status empty_log() = 0;

  // Each of these is a transaction of its own: what `f` gives back of a snapshot, the same of one query (see
  // SqlConnection), and one statement that is written.
  template <class F>
  auto ask(const F& f) {
    Result<std::invoke_result_t<const F&, SqlConnection&>> answer;
    const Status done = read([&](SqlConnection& connection) -> Status {
      answer = f(connection);
      return {};
    });
    if (!done) answer = tl::unexpected(done.error());
    return answer;
  }
  template <class Read, class... Values>
  auto all(const Query& query, const Read& read, const Values&... values) {
    return ask([&](SqlConnection& connection) { return connection.all(query, read, values...); });
  }
  template <class Read, class... Values>
  auto first(const Query& query, const Read& read, const Values&... values) {
    return ask([&](SqlConnection& connection) { return connection.first(query, read, values...); });
  }
  template <class... Values>
  Status exec(const Query& query, const Values&... values) {
    return write([&](SqlConnection& connection) -> Status {
      connection.exec(query, values...);
      return {};
    });
  }

  struct Counts {
    std::size_t queued = 0;         // jobs that wait now
    std::uint64_t jobs = 0;         // done since the start, failed ones too
    std::uint64_t commits = 0;      // transactions that they took
    std::uint64_t unavailable = 0;  // jobs that failed by the disk
  };
  virtual Counts counts() const = 0;
};

}  // namespace lianxin::server
