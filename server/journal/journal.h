// What happened on this server and must outlive its database: DATA/journal/, files of one JSON object a line, only ever
// added to but for what is erased, readable by their owner alone. It tells of devices, codes, accounts, grants, org
// units and kinds as they became, of the lines that desks and the server itself wrote, and how far each studio's log
// had come. A database that is put back from a backup is older than its journal, and learns from it what it has
// forgotten (server/recovery/recovery.h).
//
//   {"at_ms":…,"kind":"device","number":17, …}     an entry, which lies in its line as
//   {"hash":"64 hex digits","sealed":"base64url"}  AES-256-GCM under a key made of DATA/keys/data.secret, or as
//   {"hash":"64 hex digits","entry":{…}}           where the server has no such key, or had none when it was written
//
// Entries are numbered 1, 2, 3 … without a gap; hash(number) = SHA-256(hash(number - 1) || the bytes of the entry), so
// that one that was cut out or altered shows. Where something was erased of what an entry holds, `left` stands in the
// place of `sealed`: what is left of it, believed by its seal alone. No entry holds a secret: of tokens and codes there
// are hashes, of passwords only that they changed. A file is named for its first entry; past file_bytes_max the next
// one is begun. Old files are not needed by a server that runs, only by one that is put back to a backup older than
// they are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/value.h"
#include "server/disk/open_file.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

// Under what the entries of a journal lie. Threads: as its `random`; what only reads needs none of it.
struct JournalSeal {
  SecretKey key{};
  Random* random = nullptr;
};

struct JournalLine;  // journal_line.h

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
  // `seal`: under which entries lie from now on, and those that lie in clear are sealed now; not_allowed where what is
  // there was sealed under another, or none is given and something is sealed.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder,
                                               std::function<std::int64_t()> now_ms,
                                               const std::optional<JournalSeal>& seal = {});
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

  // Takes something out of entries for good: `lessen` is handed each and says whether it made it less. Files that hold
  // such are written anew, whole or not at all. Entries keep their places and hashes. Errors: the disk's; what was not
  // done then is done by the next call. invalid_argument: without a seal nothing would show who did it.
  Status lessen(const std::function<bool(Value::Object& entry)>& lessen);

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

  Journal(std::filesystem::path folder, std::function<std::int64_t()> now_ms, const std::optional<JournalSeal>& seal);
  const JournalSeal* seal() const { return seal_ ? &*seal_ : nullptr; }
  Status check_seal();
  // Writes anew every file in which `change` changed a line; of the last one, which others add to, a next is begun
  // first. Under the folder's lock.
  using ChangeLine = std::function<std::optional<std::string>(JournalLine&)>;
  Status rewrite(const ChangeLine& change);
  Result<std::vector<File>> files() const;
  Result<std::vector<File>> files_now();  // caught up, for readers
  Status catch_up();                      // with what other processes have added. Under the folder's lock, as all below
  Status open_last(const std::vector<File>& files);
  Status begin_file(std::int64_t first);
  Status add_unwritten(bool durable);

  const std::filesystem::path folder_;
  const std::function<std::int64_t()> now_ms_;
  const std::optional<JournalSeal> seal_;
  std::mutex mutex_;  // of all below
  OpenFile lock_, file_;
  std::filesystem::path path_;  // of the last file
  std::uint64_t size_ = 0;      // of it, as far as it was read or written here
  JournalPlace end_;
  std::vector<Value::Object> unwritten_;
};

}  // namespace lianxin::server
