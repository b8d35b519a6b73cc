#include "server/backup/encrypt.h"

#include "server/disk/files.h"
#include "server/storage/database_file.h"

namespace lianxin::server {

Result<bool> encrypt_database(const std::filesystem::path& file, const DataKeyId& key) {
  LX_TRY(const auto present, key_of_database(file));
  const std::filesystem::path made = file.string() + ".encrypted", old = file.string() + ".plain";
  if (present) {  // by one that was cut short, perhaps, before the old bytes were gone
    if (std::filesystem::exists(old)) LX_CHECK(remove_overwritten(old));
    return false;
  }
  std::error_code error;
  for (const std::string& left : {made.string(), made.string() + "-journal", old.string()}) {
    std::filesystem::remove(left, error);  // the last is a name of `file` itself
  }
  LX_CHECK(copy_database(file, made, key));
  LX_CHECK(sync_file(made));
  // A second name for the old file, so that its bytes can be found once the new one has taken its name.
  std::filesystem::create_hard_link(file, old, error);
  if (error) return failure(Errc::unavailable, "encrypt " + file.string() + ": " + error.message());
  LX_CHECK(rename_durably(made, file));
  // A log of the old file beside the new one says nothing to it: read with the key it is no log.
  for (const char* ending : {"-wal", "-shm"}) {
    const std::string log = file.string() + ending;
    if (std::filesystem::exists(log)) LX_CHECK(remove_overwritten(log));
  }
  LX_CHECK(remove_overwritten(old));
  return true;
}

}  // namespace lianxin::server
