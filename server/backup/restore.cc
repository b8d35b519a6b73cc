#include "server/backup/restore.h"

#include <algorithm>

#include "schema/json.h"
#include "server/backup/times.h"
#include "server/backup/verify_queries.h"
#include "server/disk/data_folder.h"
#include "server/disk/files.h"
#include "server/storage/database_file.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* database_name = "lianxin.db";
constexpr std::size_t word_bytes_max = 4096;

fs::path restored_in(const fs::path& data) { return data / "lianxin.db.restored"; }
fs::path aside_in(const fs::path& data, const std::string& name) { return data / "replaced" / name; }

// Nothing, or why this backup cannot be put back.
Status check_backup(const Backup& backup, const VerifyOptions& options) {
  LX_CHECK(check_bytes(backup));
  LX_TRY(const Verified verified, verify_file(backup.file, options));
  if (verified.clean()) return {};
  return failure(Errc::corrupt, backup.file.string() + ": " + verified.damage.kept().front().text() + ", and " +
                                    std::to_string(verified.damage.count() - 1) + " more");
}

Status move_aside(const fs::path& data, const fs::path& aside) {
  LX_CHECK(make_private_folder(aside.parent_path()));
  LX_CHECK(make_private_folder(aside));
  for (const char* ending : database_endings()) {
    const std::string name = std::string(database_name) + ending;
    if (fs::exists(data / name)) LX_CHECK(rename_durably(data / name, aside / name));
  }
  return {};
}

// Steps 3 to 5. Each may have been done already.
Status carry_out(const fs::path& data, const fs::path& aside) {
  if (fs::exists(restored_in(data))) {
    LX_CHECK(move_aside(data, aside));
    LX_CHECK(rename_durably(restored_in(data), data / database_name));
  }
  std::error_code error;
  fs::remove(data / DataFolder::restoring_name, error);
  if (error) return failure(Errc::unavailable, "finish the restore: " + error.message());
  return sync_folder(data);
}

}  // namespace

Result<Backup> pick_backup(const fs::path& folder, std::optional<std::int64_t> as_of_ms, const VerifyOptions& options,
                           const std::function<void(const std::string&)>& tell) {
  std::vector<Backup> backups = backups_in(folder);
  const auto last_made = backups.empty() ? std::optional<Backup>() : backups.front();
  if (as_of_ms) {
    std::erase_if(backups, [&](const Backup& backup) { return backup.manifest.made_ms > *as_of_ms; });
    std::stable_sort(backups.begin(), backups.end(),
                     [](const Backup& a, const Backup& b) { return a.manifest.made_ms > b.manifest.made_ms; });
  } else {
    std::stable_sort(backups.begin(), backups.end(), holds_more);
  }
  for (Backup& backup : backups) {
    const Status good = check_backup(backup, options);
    if (good && !as_of_ms && last_made->manifest.lines() < backup.manifest.lines()) {
      tell(last_made->file.string() + " was made last, but holds " + std::to_string(last_made->manifest.lines()) +
           " lines, not " + std::to_string(backup.manifest.lines()) + "; --as-of with its date takes it");
    }
    if (good) return std::move(backup);
    if (good.error().code != Errc::corrupt) return tl::unexpected(good.error());
    tell(good.error().message);
  }
  return failure(Errc::not_found, "no good backup in " + folder.string() +
                                      (as_of_ms ? " made at or before " + utc_text(*as_of_ms) : std::string()));
}

Result<fs::path> put_back(const Backup& backup, const fs::path& data, std::int64_t now_ms) {
  const bool had_one = fs::exists(data / database_name);
  const std::string name = utc_stamp(now_ms);
  const fs::path aside = aside_in(data, name);
  LX_CHECK(copy_durably(backup.file, restored_in(data)));
  LX_TRY(const Hash copied, sha256_of_file(restored_in(data)));
  if (copied != backup.manifest.sha256) return failure(Errc::corrupt, "the copy of the backup is not what was copied");
  const std::string word = to_json(Value::Object{{"aside", name}, {"backup", backup.file.string()}});
  LX_CHECK(write_durably(data / DataFolder::restoring_name, word + "\n"));
  LX_CHECK(carry_out(data, aside));
  return had_one ? aside : fs::path();
}

Result<bool> finish_put_back(const fs::path& data) {
  const auto word = read_text(data / DataFolder::restoring_name, word_bytes_max);
  if (!word && word.error().code == Errc::not_found) return false;
  if (!word) return tl::unexpected(word.error());
  const auto parsed = parse_json(*word);
  // The last part of a path, should there be one: whoever finishes this may call DATA by another name.
  const std::string name = parsed ? fs::path(parsed->text_at("aside")).filename().string() : std::string();
  if (name.empty() || name.starts_with('.')) {
    return failure(Errc::corrupt, "finish the restore: DATA/restoring cannot be read");
  }
  LX_CHECK(carry_out(data, aside_in(data, name)));
  return true;
}

void sweep_restore(const fs::path& data) {
  std::error_code error;
  const fs::path copy = restored_in(data), word = data / DataFolder::restoring_name;
  if (fs::exists(word, error) || error) return;
  for (const std::string& name : {copy.string(), copy.string() + ".part", word.string() + ".part"}) {
    fs::remove(name, error);
  }
}

Result<std::map<StudioId, StudioPoint>> points_in(const fs::path& file) {
  std::map<StudioId, StudioPoint> points;
  LX_CHECK(read_database(file, [&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(queries::every_head);
    while (run.step()) points[run.id<StudioId>(0)] = {run.integer(1), run.bytes<32>(2)};
    return {};
  }));
  return points;
}

}  // namespace lianxin::server
