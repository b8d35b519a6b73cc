// The record kinds in force, read from files: those that come with the program, and those that an office has put into
// DATA/kinds (a file there stands in place of the shipped one of its name). A changed or new file is noticed while the
// server runs. Versions only add: files that take something away, or that cannot be read, are logged and change
// nothing, so a slip of the hand in a text editor never stops a phone.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "schema/kind.h"
#include "server/kinds/choose_kinds.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

struct Kinds {
  Catalog catalog;
  std::string document;         // of GET /v1/kinds
  std::vector<KindFile> files;  // those that it holds
};

// The files that a kinds document holds. invalid_argument where it is no JSON.
Result<std::vector<KindFile>> catalog_files(std::string_view document);

// A version that is accepted is told to the journal: phones have it, and a database put back from a backup must not
// give its number to another. Thread-safe. Both references must outlive this.
class KindsFolder {
 public:
  static constexpr std::int64_t look_every_ms = 1000;

  // `shipped` must exist; `own` need not.
  KindsFolder(SqlDatabase& database, Journal& journal, std::filesystem::path shipped, std::filesystem::path own);

  // By its name: hidden files and editors' leavings are none.
  static bool is_kinds_file(const std::filesystem::path& path);

  // Whether a first start would find kinds that it can use. Writes nothing.
  static Status check(const std::filesystem::path& shipped, const std::filesystem::path& own);

  // What would be left out if `more` lay in `own` (empty: there is none), of those and of all others there, beside the
  // version that `database` has in force (empty, or without one: the shipped kinds). Writes nothing. Errors: not_found
  // where there is no such database, and its own.
  static Result<std::vector<WrongKinds>> wrong_among(const std::filesystem::path& database,
                                                     const std::filesystem::path& shipped,
                                                     const std::filesystem::path& own,
                                                     const std::vector<std::filesystem::path>& more);

  // At the start. Files that will not do are an error only while no version was ever accepted.
  Status load();

  // Whether the files have changed into a new version, which is then in force. Looks at most once in look_every_ms.
  Result<bool> look(std::int64_t now_ms);

  std::shared_ptr<const Kinds> current() const;  // after load()
  std::shared_ptr<const Catalog> catalog() const;
  std::vector<WrongKinds> left_out() const;  // when last looked at; empty while all files are in force

 private:
  Result<std::string> fingerprint() const;  // of names, sizes and times: equal while nobody touched a file
  Result<std::shared_ptr<const Kinds>> accepted()
      const;  // the last one, from the database; nullptr where there is none
  // Whether another process (an import, a command) has accepted a later version, which is then in force here too.
  Result<bool> catch_up();
  Result<bool> take(const std::vector<FolderFile>& folder);
  void leave_out(std::vector<WrongKinds> wrong);

  SqlDatabase& database_;
  Journal& journal_;
  const std::filesystem::path shipped_, own_;
  std::mutex looking_;       // one looks at a time
  std::string fingerprint_;  // when last looked at
  std::int64_t looked_at_ms_ = INT64_MIN;
  mutable std::mutex mutex_;  // of the two below
  std::shared_ptr<const Kinds> current_;
  std::vector<WrongKinds> left_out_;
};

// Where the shipped kinds lie: `asked` where it is not empty, else beside the installed program, else where the program
// was built. Empty where there are none.
std::filesystem::path shipped_kinds(const std::filesystem::path& asked);

}  // namespace lianxin::server
