// Where the bytes of SQLite's files lie in the files on the disk, where these are encrypted: in units, each encrypted
// by itself. What SQLite reads or writes at one time is one unit or several, so that no two that may be written by
// different commits share one: a power cut, or a reader beside the writer, meets whole units.
//
//   database   pages of 4,096 bytes where SQLite has them (Database File Format 1.2)
//   wal        its header of 32 bytes; then for each frame 32 bytes, of which the frame's header has 24, and the page
//              (Database File Format 4.1)
//   rollback   512 bytes that tell how long it is, then units of 512
#pragma once

#include <cstdint>

#include "sync/crypto/xts.h"

namespace lianxin::server {

enum class FileLayout : std::uint8_t { database = 1, wal = 2, rollback = 3 };

inline constexpr std::int64_t page_bytes = 4096;
inline constexpr std::int64_t rollback_head_bytes = 512;

struct FileUnit {
  std::int64_t begin = 0, bytes = 0;            // as SQLite has them
  std::int64_t disk_begin = 0, disk_bytes = 0;  // as they lie; what is more than `bytes` is zero before it is encrypted
  UnitName name{};
};

FileUnit unit_at(FileLayout layout, std::int64_t offset);  // the one in which this byte of SQLite's lies

// Of a database or a wal: how long the file is on the disk where SQLite's is so long, and the reverse.
std::int64_t disk_bytes_of(FileLayout layout, std::int64_t bytes);
std::int64_t bytes_of_disk(FileLayout layout, std::int64_t disk_bytes);

}  // namespace lianxin::server
