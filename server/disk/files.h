// Files that must survive a power cut at any instant. Every failure names the file, and is
// `unavailable`, or not_found where there is no such file or folder; others are said.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "server/disk/open_file.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {

Status sync_file(const std::filesystem::path& file);      // its bytes are on the disk
Status sync_folder(const std::filesystem::path& folder);  // and so are its names

Status make_private_folder(const std::filesystem::path& folder);  // where it is missing; for its owner alone

// Whole or not at all: written under another name, synced, renamed, and the folder synced. Readable by its owner only.
Status write_durably(const std::filesystem::path& file, std::string_view text);
Status copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);  // over what `to` was
Status rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// Its bytes are overwritten on the disk before its name goes.
Status remove_overwritten(const std::filesystem::path& file);

// out_of_range: it is longer than `bytes_max`.
Result<std::string> read_text(const std::filesystem::path& file, std::size_t bytes_max);
Result<Hash> sha256_of_file(const std::filesystem::path& file);

// Held until it goes, or the process does: a file that a dead one left locks nobody out.
class FileLock {
 public:
  enum class Kind { alone, shared };
  // A folder that is there is locked itself: nothing is written, and whoever may read it can. conflict: another
  // process, or another part of this one, holds it; the message names who, where the system tells.
  static Result<FileLock> take(const std::filesystem::path& file, Kind kind = Kind::alone);
  FileLock(FileLock&&) = default;
  FileLock& operator=(FileLock&&) = delete;  // what it held would be released without a word

 private:
  explicit FileLock(OpenFile file) : file_(std::move(file)) {}
  OpenFile file_;
};

}  // namespace lianxin::server
