#include "server/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lianxin {

namespace fs = std::filesystem;

Status DataFolder::create(const fs::path& path) {
  std::error_code error;
  const bool fresh = !fs::exists(path, error);
  fs::create_directories(path / "kinds", error);
  if (!error && fresh) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return failure(Errc::unavailable, "make the data folder: " + error.message());
  return {};
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const fs::path& path, bool exclusive) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return failure(Errc::not_found, "no data folder; run `lianxin-server init` first");
  auto folder = exclusive ? open_to_restore(path) : std::unique_ptr<DataFolder>(new DataFolder(path, -1));
  if (folder && fs::exists(path / restoring_name, error)) {
    return failure(Errc::conflict, "a restore was cut short; run `lianxin-server restore` again");
  }
  return folder;
}

Result<std::unique_ptr<DataFolder>> DataFolder::open_to_restore(const fs::path& path) {
  const int lock = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return failure(Errc::unavailable, std::string("lock the data folder: ") + std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return failure(Errc::conflict, "another server is running on this data folder");
  }
  return std::unique_ptr<DataFolder>(new DataFolder(path, lock));
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace lianxin
