#include "server/disk/data_folder.h"

namespace lianxin::server {

namespace fs = std::filesystem;

Status DataFolder::create(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path / "kinds", error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return failure(Errc::unavailable, "make the data folder: " + error.message());
  return {};
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const fs::path& path, Use use) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status) && (!error || error == std::errc::no_such_file_or_directory)) {
    return failure(Errc::not_found,
                   "no data folder " + path.string() + "; run `lianxin-server init` first, or say --data where it is");
  }
  if (error) return failure(Errc::unavailable, "open the data folder " + path.string() + ": " + error.message());
  if (!fs::is_directory(status)) return failure(Errc::invalid_argument, path.string() + " is no folder");
  const bool restores = use == Use::restore;
  LX_TRY(FileLock in_use, FileLock::take(path, restores ? FileLock::Kind::alone : FileLock::Kind::shared));
  std::unique_ptr<DataFolder> folder(new DataFolder(path, std::move(in_use)));
  if (use != Use::command) {
    LX_TRY(FileLock alone, FileLock::take(path / "lock"));
    folder->alone_.emplace(std::move(alone));
  }
  if (!restores && fs::exists(path / restoring_name, error)) {
    return failure(Errc::conflict, "a restore was cut short; run `lianxin-server restore` again");
  }
  return folder;
}

}  // namespace lianxin::server
