// Files of lines that several processes add to, each under the lock of their folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "server/disk/open_file.h"

namespace lianxin::server {

// Held by whoever adds, in this process or another; the system lets go of it however the process ends. `lock` is the
// folder's lock file, open; waits for whoever has it.
class FolderLock {
 public:
  explicit FolderLock(int lock);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int lock_;
};

Result<std::string> read_from(int file, std::uint64_t offset);  // to its end; unavailable: the disk

// All of it, or nothing: what stands there by half, or may not be on the disk, is cut off again to `size`, which is
// what the file had. `durable`: returns once the disk has it. unavailable: the disk.
Status add_to(int file, std::uint64_t size, std::string_view bytes, bool durable = true);

// Calls `f` with each whole line of `bytes`, without its line feed, and where the next one begins.
template <class F>
void for_each_line(std::string_view bytes, F f) {
  for (std::size_t from = 0;;) {
    const std::size_t end = bytes.find('\n', from);
    if (end == std::string_view::npos) return;
    f(bytes.substr(from, end - from), end + 1);
    from = end + 1;
  }
}

}  // namespace lianxin::server
