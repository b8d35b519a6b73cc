// The folder that holds everything a server keeps: lianxin.db, keys/, kinds/, journal/, and a lock.
#pragma once

#include <filesystem>
#include <memory>

#include "schema/result.h"

namespace lianxin {

class DataFolder {
 public:
  // Makes the folder and its kinds/ where they are missing; readable by its owner only.
  static Status create(const std::filesystem::path& path);

  // not_found where there is no such folder. With `exclusive`, conflict while another process holds it so: two servers
  // over one folder would each believe its own idea of who is connected. Commands beside a running server take no lock.
  static Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& path, bool exclusive);
  // Alone, as to serve, but also where a restore was cut short; open() says conflict there until it is finished.
  static Result<std::unique_ptr<DataFolder>> open_to_restore(const std::filesystem::path& path);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  static constexpr const char* restoring_name = "restoring";  // there while a restore is under way (lifecycle/restore.h)

  std::filesystem::path database() const { return path_ / "lianxin.db"; }
  std::filesystem::path keys() const { return path_ / "keys"; }
  std::filesystem::path kinds() const { return path_ / "kinds"; }
  std::filesystem::path journal() const { return path_ / "journal"; }

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::filesystem::path path_;
  const int lock_;  // a descriptor; -1 without a lock. The system lets go of it however the process ends
};

}  // namespace lianxin
