// What happened on this server and must outlive its database: DATA/journal/, files of one JSON object a line, only ever
// added to, readable by their owner alone. It tells of devices, codes, accounts, grants, org units and kinds as they
// became, of the lines that desks and the server itself wrote, and how far each studio's log had come. A database that
// is put back from a backup is older than its journal, and learns from it what it has forgotten
// (server/recovery/recovery.h).
//
//   {"hash":"64 hex digits","entry":{"at_ms":…,"kind":"device","number":17, …}}
//
// Entries are numbered 1, 2, 3 … without a gap; hash(number) = SHA-256(hash(number - 1) || the bytes of the entry), so
// that one that was cut out or altered shows. No entry holds a secret: of tokens and codes there are hashes, of
// passwords only that they changed. A file is named for its first entry; past file_bytes_max the next one is begun. Old
// files are not needed by a server that runs, only by one that is put back to a backup older than they are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/value.h"
#include "server/disk/open_file.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {

struct JournalPlace {
  std::int64_t number = 0;  // of the last entry; 0: before the first
  Hash hash{};              // there
  friend bool operator==(const JournalPlace&, const JournalPlace&) = default;
};

struct JournalEntry {
  JournalPlace place;
  Value::Object what;  // `kind`, `at_ms` and what the kind says

  std::string_view kind() const;
};

// Thread-safe, and safe beside other processes that write to the same folder: each takes the folder's lock to add.
class Journal {
 public:
  // Past it the next append begins a new file, so a file is longer by what was appended last. To find the latest
  // entries one file is read, or two.
  static constexpr std::size_t file_bytes_max = 4 << 20;

  // Makes the folder where it is missing. A last line that was not written whole is cut off and said in the log, now
  // and whenever the end is looked for: nobody had been told yet that it was there. unavailable: the disk.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder,
                                               std::function<std::int64_t()> now_ms);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Adds entries, each given its number and the time at which it is written; returns once the disk has them. With
  // `durable` false it does not wait for the disk, and a power cut may take them; nobody goes by them before they are
  // synced, which whoever next looks for the end does. When it fails they are kept in memory and come before the next
  // ones, durably; with none given, what is kept is tried again. What a crash takes from memory is in the database
  // still, and told when that is next opened. unavailable: the disk.
  Status append(std::vector<Value::Object> entries, bool durable = true);

  // With what other processes have added; all up to it is on the disk. unavailable: the disk.
  Result<JournalPlace> end();

  // What is found wrong behind the place asked for, in entries. One whose bytes are not those of its hash is left out;
  // what comes behind a gap, or behind a line that is none, cannot be held against what was before it, and is read.
  struct Damage {
    std::int64_t altered = 0;  // or no entry at all
    std::int64_t missing = 0;  // numbers that nobody has
  };

  // Calls `f` with each entry behind `after`, in order, those of other processes among them; an error of `f` ends it
  // and is returned. not_found, before the first call, where this journal has no such entry: it is another one, or an
  // older copy.
  Result<Damage> each_after(const JournalPlace& after, const std::function<Status(const JournalEntry&)>& f);

 private:
  struct File {
    std::int64_t first = 0;  // number of its first entry
    std::filesystem::path path;
  };

  Journal(std::filesystem::path folder, std::function<std::int64_t()> now_ms);
  Result<std::vector<File>> files() const;
  Result<std::vector<File>> files_now();  // caught up, for readers
  Status catch_up();                      // with what other processes have added. Under the folder's lock, as all below
  Status open_last(const std::vector<File>& files);
  Status begin_file(std::int64_t first);
  Status add_unwritten(bool durable);

  const std::filesystem::path folder_;
  const std::function<std::int64_t()> now_ms_;
  std::mutex mutex_;  // of all below
  OpenFile lock_, file_;
  std::filesystem::path path_;  // of the last file
  std::uint64_t size_ = 0;      // of it, as far as it was read or written here
  JournalPlace end_;
  std::vector<Value::Object> unwritten_;
};

}  // namespace lianxin::server
