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

namespace lianxin::server {

class Journal;
class SqlDatabase;

struct Kinds {
  Catalog catalog;
  std::string document;  // of GET /v1/kinds
};

// A version that is accepted is told to the journal: phones have it, and a database put back from a backup must not
// give its number to another. Thread-safe. Both references must outlive this.
class KindsFolder {
 public:
  static constexpr std::int64_t look_every_ms = 1000;

  // `shipped` must exist; `own` need not.
  KindsFolder(SqlDatabase& database, Journal& journal, std::filesystem::path shipped, std::filesystem::path own);

  // Whether a first start would find kinds that it can use. Writes nothing.
  static Status check(const std::filesystem::path& shipped, const std::filesystem::path& own);

  // At the start. Files that will not do are an error only while no version was ever accepted; later the last accepted
  // one serves.
  Status load();

  // Whether the files have changed into a new version, which is then in force. Looks at most once in look_every_ms.
  Result<bool> look(std::int64_t now_ms);

  std::shared_ptr<const Kinds> current() const;  // after load()
  std::shared_ptr<const Catalog> catalog() const;

 private:
  Result<std::string> fingerprint() const;  // of names, sizes and times: equal while nobody touched a file
  Result<std::shared_ptr<const Kinds>> accepted()
      const;  // the last one, from the database; nullptr where there is none
  // Whether another process (an import, a command) has accepted a later version, which is then in force here too.
  Result<bool> catch_up();
  Result<bool> take(const std::vector<KindFile>& files);

  SqlDatabase& database_;
  Journal& journal_;
  const std::filesystem::path shipped_, own_;
  std::mutex looking_;       // one looks at a time
  std::string fingerprint_;  // when last looked at
  std::int64_t looked_at_ms_ = INT64_MIN;
  mutable std::mutex mutex_;  // of `current_`
  std::shared_ptr<const Kinds> current_;
};

// Where the shipped kinds lie: `asked` where it is not empty, else beside the installed program, else where the program
// was built. Empty where there are none.
std::filesystem::path shipped_kinds(const std::filesystem::path& asked);

}  // namespace lianxin::server
