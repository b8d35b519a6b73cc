#include "server/disk/line_files.h"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lianxin::server {
namespace {

tl::unexpected<Error> disk_error(const char* act) {
  return failure(Errc::unavailable, std::string(act) + ": " + std::strerror(errno));
}

}  // namespace

FolderLock::FolderLock(int lock) : lock_(lock) {
  while (::flock(lock_, LOCK_EX) != 0 && errno == EINTR) {
  }
}
FolderLock::~FolderLock() { ::flock(lock_, LOCK_UN); }

Result<std::string> read_from(int file, std::uint64_t offset) {
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    const ssize_t size = ::pread(file, buffer, sizeof buffer, static_cast<off_t>(offset + bytes.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return disk_error("read");
    if (size == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(size));
  }
}

Status add_to(int file, std::uint64_t size, std::string_view bytes, bool durable) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t some = ::write(file, bytes.data() + written, bytes.size() - written);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) break;
    written += static_cast<std::size_t>(some);
  }
  if (written == bytes.size() && (!durable || ::fdatasync(file) == 0)) return {};
  const auto failed = disk_error("write");
  // Where this fails too, whoever next reads the end of the file cuts it off.
  static_cast<void>(::ftruncate(file, static_cast<off_t>(size)));
  return failed;
}

}  // namespace lianxin::server
