// The phone's file: SQLite with WAL and synchronous=FULL, one connection under one mutex. The only place that catches
// what SQLite throws. What people recorded is written through seal() only.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "client-sdk/store/file_lock.h"
#include "lianxin/device.h"
#include "schema/ids.h"
#include "schema/result.h"

namespace lianxin::client {

// A statement and the name by which logs and errors speak of it.
struct Query {
  const char* name;
  const char* sql;
};

struct Blob {  // bytes to bind, where text would be meant otherwise
  std::string bytes;
};

// Reads a column of 16 bytes as an id, of N bytes as such. The table's CHECK says how long it is.
template <class IdType>
IdType id_at(SQLite::Statement& statement, int column) {
  IdType id;
  const SQLite::Column value = statement.getColumn(column);
  if (value.getBytes() == static_cast<int>(id.bytes.size())) std::memcpy(id.bytes.data(), value.getBlob(), 16);
  return id;
}
template <std::size_t N>
Bytes<N> bytes_at(SQLite::Statement& statement, int column) {
  Bytes<N> bytes{};
  const SQLite::Column value = statement.getColumn(column);
  if (value.getBytes() == static_cast<int>(N)) std::memcpy(bytes.data(), value.getBlob(), N);
  return bytes;
}
inline std::string blob_at(SQLite::Statement& statement, int column) {
  const SQLite::Column value = statement.getColumn(column);
  return std::string(static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes()));
}

// The first column alone, to be handed to all() and one().
template <class IdType>
IdType first_id(SQLite::Statement& statement) {
  return id_at<IdType>(statement, 0);
}
inline std::int64_t first_number(SQLite::Statement& statement) { return statement.getColumn(0).getInt64(); }
inline std::string first_text(SQLite::Statement& statement) { return statement.getColumn(0).getString(); }
inline std::string first_blob(SQLite::Statement& statement) { return blob_at(statement, 0); }

class Database {
 public:
  struct Options {
    std::string path;
    StoreKeySource key;  // unset: the key file beside it
    std::string pin;
    RandomSource& random;  // both must outlive the database
    PhoneClock& clock;
  };
  // Opens or makes the file and brings it up to date. unavailable: it cannot be opened; corrupt: it is damaged, or,
  // with a code for its message, not ours or made by a newer version: then it stays as it was. What a key or a PIN
  // misses: as FileLock::unlock().
  static Result<std::unique_ptr<Database>> open(const Options& options);

  // Runs `f`, which returns a Result, in one transaction: durable before this returns, or without effect when `f`
  // fails. read() gives one snapshot. Both hold the lock; one within another joins it, but a write never lies within a
  // read.
  // While the file is locked: store_locked.
  template <class F>
  auto write(F&& f) -> std::invoke_result_t<F> {
    return transact(begin_write, true, f);
  }
  template <class F>
  auto read(F&& f) -> std::invoke_result_t<F> {
    return transact(begin_read, true, f);
  }
  // The same without the key of the file, for what leads to it: nothing can be sealed or unsealed.
  template <class F>
  auto write_unkeyed(F&& f) -> std::invoke_result_t<F> {
    return transact(begin_write, false, f);
  }
  template <class F>
  auto read_unkeyed(F&& f) -> std::invoke_result_t<F> {
    return transact(begin_read, false, f);
  }

  // Runs `f` under the lock, for what must not come between transactions of its own.
  template <class F>
  auto alone(F&& f) -> std::invoke_result_t<F> {
    const std::lock_guard lock(mutex_);
    return f();
  }

  // Within read() or write() only, which make an Error of what these throw where SQLite fails. Parameters are bound to
  // $1, $2 … in order. Gives how many rows were changed.
  template <class... Args>
  int exec(const Query& query, const Args&... args) {
    SQLite::Statement& statement = prepared(query);
    const Finished finished{statement};
    bind_all(statement, args...);
    return statement.exec();
  }
  // Calls `f(statement)` for each row. `f` may run other queries, but not the same one.
  template <class F, class... Args>
  void each(const Query& query, F&& f, const Args&... args) {
    SQLite::Statement& statement = prepared(query);
    const Finished finished{statement};
    bind_all(statement, args...);
    while (statement.executeStep()) f(statement);
  }

  // What `take(statement)` makes of each row; of the first, or none.
  template <class Take, class... Args>
  auto all(const Query& query, Take take, const Args&... args) {
    std::vector<std::invoke_result_t<Take, SQLite::Statement&>> rows;
    each(
        query, [&](SQLite::Statement& row) { rows.push_back(take(row)); }, args...);
    return rows;
  }
  template <class Take, class... Args>
  auto one(const Query& query, Take take, const Args&... args) {
    std::optional<std::invoke_result_t<Take, SQLite::Statement&>> first;
    each(
        query,
        [&](SQLite::Statement& row) {
          if (!first) first = take(row);
        },
        args...);
    return first;
  }
  template <class... Args>
  bool any(const Query& query, const Args&... args) {
    return one(
               query, [](SQLite::Statement&) { return true; }, args...)
        .has_value();
  }

  // A text as it lies in that place of the file, and the text again: corrupt where it went bad, or was sealed for
  // another place.
  std::string seal(const SealedAt& at, std::string_view plain) { return lock_.sealer().seal(at, plain); }
  Result<std::string> unseal(const SealedAt& at, const std::string& sealed);
  // What is left of one that went bad; none where it never was a sealed one.
  std::optional<std::string> left_of(const SealedAt& at, std::string_view sealed) {
    return lock_.sealer().left_of(at, sealed);
  }
  // What is sealed in the first column of the first row; none where there is no row.
  template <class... Args>
  Result<std::optional<std::string>> unsealed(const Query& query, const SealedAt& at, const Args&... args) {
    const auto sealed = one(query, first_blob, args...);
    if (!sealed) return std::optional<std::string>();
    LX_TRY(std::string plain, unseal(at, *sealed));
    return std::optional(std::move(plain));
  }
  std::int64_t opened() { return lock_.sealer().opened(); }
  Hash keyed_hash(std::string_view bytes) { return lock_.sealer().keyed_hash(bytes); }

  void lock();  // forgets the key of the file
  Status unlock(std::string_view pin);
  Status change_pin(std::string_view now, std::string_view next);
  Status change_key(StoreKeySource next, std::string_view pin);

  // Within a write: everything that was sealed until now opens no more, and rewrite_if_due() has something to do.
  void forget_all_sealed();
  // Writes the file anew where that is due, so that nothing of what was deleted or overwritten is left in it or beside
  // it. What does not work now is done when the file is opened next. Not within a transaction.
  void rewrite_if_due();

 private:
  explicit Database(const Options& options);
  Status check_owner();
  Status migrate();
  SQLite::Statement& prepared(const Query& query);

  struct Flag {
    explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
    ~Flag() { flag_ = false; }
    bool& flag_;
  };

  static constexpr Query begin_write{"begin_write", "BEGIN IMMEDIATE"};
  static constexpr Query begin_read{"begin_read", "BEGIN"};
  static constexpr Query commit_all{"commit", "COMMIT"};
  static constexpr Query roll_back{"roll_back", "ROLLBACK"};

  // A transaction, rolled back where it is not committed. Its statements are kept like all others: one sync has
  // hundreds.
  class Running {
   public:
    Running(Database& database, const Query& begin) : database_(database), end_(database.prepared(roll_back)) {
      database_.exec(begin);
    }
    ~Running() {
      if (committed_) return;
      const Finished finished{end_};
      (void)end_.tryExecuteStep();  // fails where SQLite ended it by itself
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    void commit() {
      database_.exec(commit_all);
      committed_ = true;
    }

   private:
    Database& database_;
    SQLite::Statement& end_;  // there before anything is begun: without memory none can be made
    bool committed_ = false;
  };

  // Also where `f` or SQLite throws: a statement that is left in the middle would keep its snapshot open.
  struct Finished {
    SQLite::Statement& statement;
    ~Finished() { (void)statement.tryReset(); }
  };

  // Without memory not even a ROLLBACK works: a transaction may have outlived the call that failed.
  void end_what_was_left();

  template <class F>
  auto transact(const Query& begin, bool keyed, F&& f) -> std::invoke_result_t<F> {
    const std::lock_guard lock(mutex_);
    return guarded<std::invoke_result_t<F>>([&]() -> std::invoke_result_t<F> {
      if (inside_) return f();
      end_what_was_left();
      Running transaction(*this, begin);
      const Flag flag(inside_);
      if (keyed) LX_CHECK(lock_.keep_up(*this));
      auto result = f();
      if (result && &begin == &begin_write) transaction.commit();
      return result;
    });
  }

  static Error error_of(const SQLite::Exception& exception);

  template <class R, class F>
  static R guarded(F&& f) {
    try {
      try {
        return f();
      } catch (const SQLite::Exception& e) {
        return tl::unexpected(error_of(e));
      }
    } catch (const std::bad_alloc&) {
      return tl::unexpected(Error{Errc::unavailable, "no_memory"});  // one of problems.h, short enough to need none
    }
  }

  template <class... Args>
  void bind_all(SQLite::Statement& statement, const Args&... args) {
    statement.reset();
    statement.clearBindings();
    int place = 0;
    (bind(statement, "$" + std::to_string(++place), args), ...);
  }
  template <class Tag, IdText form>
  static void bind(SQLite::Statement& statement, const std::string& name, const Id<Tag, form>& id) {
    statement.bind(name, id.bytes.data(), static_cast<int>(id.bytes.size()));
  }
  template <std::size_t N>
  static void bind(SQLite::Statement& statement, const std::string& name, const Bytes<N>& bytes) {
    statement.bind(name, bytes.data(), static_cast<int>(bytes.size()));
  }
  static void bind(SQLite::Statement& statement, const std::string& name, const Blob& blob) {
    statement.bind(name, blob.bytes.data(), static_cast<int>(blob.bytes.size()));
  }
  static void bind(SQLite::Statement& statement, const std::string& name, const std::string& text) {
    statement.bind(name, text);
  }
  static void bind(SQLite::Statement& statement, const std::string& name, std::int64_t number) {
    statement.bind(name, number);
  }
  static void bind(SQLite::Statement& statement, const std::string& name, std::nullptr_t) { statement.bind(name); }
  template <class T>
  static void bind(SQLite::Statement& statement, const std::string& name, const std::optional<T>& maybe) {
    if (maybe) {
      bind(statement, name, *maybe);
    } else {
      bind(statement, name, nullptr);
    }
  }

  std::recursive_mutex mutex_;
  SQLite::Database db_;
  std::map<const char*, std::unique_ptr<SQLite::Statement>> statements_;  // by the address of their text
  FileLock lock_;
  bool inside_ = false;
};

}  // namespace lianxin::client
