// The files of the audit log, as the one who adds to them sees them: DATA/audit/NUMBER.ndjson, named for its first
// line. A file is begun with each month (UTC) and past file_bytes_max; its first line carries the server's signature
// over the end of the file before (`segment_begun`), so that files are taken away only as wholes and not exchanged.
//
// The head mark, a file beside the keys, says how far the log had come: {"at_ms","hash","number","signature"}.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/audit/line.h"
#include "server/disk/open_file.h"

namespace lianxin::server {

struct AuditPlace {
  std::filesystem::path folder;  // of the log
  std::filesystem::path head;    // the file of the head mark
  SecretKey key{};               // the server's
};

struct SegmentFile {
  std::int64_t first = 0;  // number of its first line
  std::filesystem::path path;
};
Result<std::vector<SegmentFile>> segments_in(const std::filesystem::path& folder);  // in order; none: no such folder

struct HeadMark {
  AuditEnd end;
  std::int64_t at_ms = 0;
  Signature signature{};
  bool is_signed_by(const PublicKey& key) const { return verify(key, signed_end(end), signature); }
};
// Nothing where there is no such file; corrupt: it is none that we wrote.
Result<std::optional<HeadMark>> head_mark_in(const std::filesystem::path& file);

// Not thread-safe; safe beside other processes, which take the folder's lock to add.
class Segments {
 public:
  static constexpr std::size_t file_bytes_max = 4 << 20;

  explicit Segments(AuditPlace place) : place_(std::move(place)) {}

  // Makes the folder and its lock; true where lines are gone that the head mark vouches for. What is added from then
  // on continues behind them, so that they stay missing for good.
  Result<bool> open(std::int64_t now_ms);

  // Adds entries, each with its `at_ms`, and returns once the disk has them. Where it fails nothing is added.
  // unavailable: the disk.
  Status append(std::span<const Value::Object> entries, std::int64_t now_ms);

  // Signs how far the log has come.
  Status mark(std::int64_t now_ms);

  // Takes away the files whose last line is older than `before_ms`, but for the last file, and says so in a line of its
  // own first. The numbers of the first and last line that are gone; zeros: none. `dry_run`: only says.
  struct Pruned {
    std::int64_t first = 0, last = 0, files = 0;
  };
  Result<Pruned> prune(std::int64_t before_ms, std::int64_t now_ms, bool dry_run);

  const AuditPlace& place() const { return place_; }

 private:
  Status catch_up();  // with what others have added. Under the folder's lock, as all below
  Status open_last();
  Status read_news();
  Result<bool> open_next();
  Status begin_file(std::int64_t now_ms);
  Status add(std::span<const Value::Object> entries, std::int64_t now_ms);
  Status put_mark(std::int64_t now_ms);

  const AuditPlace place_;
  OpenFile lock_, file_;
  std::uint64_t size_ = 0;  // of the last file, as far as it was read or written here
  std::int64_t month_ = 0;  // of its first line
  AuditEnd end_;
  std::int64_t marked_ = 0;  // the number in the head mark, as far as we know
  std::uint64_t torn_bytes_ = 0;
};

}  // namespace lianxin::server
