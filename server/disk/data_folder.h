// The folder that holds everything a server keeps: lianxin.db, keys/, kinds/, journal/, audit/, and a lock.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "schema/result.h"
#include "server/disk/files.h"

namespace lianxin::server {

class DataFolder {
 public:
  // Makes the folder and its kinds/ where they are missing; readable by its owner only.
  static Status create(const std::filesystem::path& path);

  // What the folder is opened for. Two servers over one would each believe its own idea of who is connected; commands
  // may run beside a server and beside each other; whoever restores, and moves the database away, must be alone.
  //
  //              lock     the folder itself
  //   serve      alone    shared
  //   command             shared
  //   restore    alone    alone
  enum class Use { serve, command, restore };
  // not_found where there is no such folder; unavailable where this user may not enter it; conflict where somebody is
  // there with whom this cannot be, whom the message names; conflict also, but to restore, where a restore was cut
  // short, until that is finished.
  static Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& path, Use use);
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  static constexpr const char* restoring_name =
      "restoring";  // there while a restore is under way (server/backup/restore.h)

  std::filesystem::path database() const { return path_ / "lianxin.db"; }
  std::filesystem::path keys() const { return path_ / "keys"; }
  std::filesystem::path kinds() const { return path_ / "kinds"; }
  std::filesystem::path journal() const { return path_ / "journal"; }
  std::filesystem::path audit() const { return path_ / "audit"; }
  std::filesystem::path audit_head() const { return keys() / "audit-head.json"; }  // how far that had come, signed

 private:
  DataFolder(std::filesystem::path path, FileLock in_use) : path_(std::move(path)), in_use_(std::move(in_use)) {}

  const std::filesystem::path path_;
  const FileLock in_use_;
  std::optional<FileLock> alone_;
};

}  // namespace lianxin::server
