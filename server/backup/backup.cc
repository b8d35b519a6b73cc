#include "server/backup/backup.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "schema/json.h"
#include "server/backup/times.h"
#include "server/disk/files.h"
#include "server/storage/database_file.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t manifest_bytes_max = 16 << 20;  // some 130 bytes a studio
constexpr std::int64_t form = 1;
constexpr const char* damaged_ending = ".damaged";

double seconds_of(const std::function<void()>& act) {
  const auto begin = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

fs::path manifest_of(const fs::path& file) { return fs::path(file).replace_extension(".json"); }

// Its name while it is made, and again while it is removed: what a crash leaves then is known by it.
fs::path part_of(const fs::path& file) { return file.parent_path() / ("." + file.stem().string() + ".part"); }

// What a run that was cut short has left, with the manifest that has no backup. Under the lock, so it is nobody's.
void remove_parts(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  for (const std::string& name : names) {
    const std::size_t end = name.find(".part");
    if (!name.starts_with(".lianxin-") || end == std::string::npos) continue;
    const std::string whole = (folder / name.substr(1, end - 1)).string();
    if (!fs::exists(whole + ".db", error)) {
      for (const char* ending : {".json", ".json.part"}) fs::remove(whole + ending, error);
    }
    fs::remove(folder / name, error);
  }
}

std::vector<fs::path> files_ending(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("lianxin-") && name.ends_with(ending)) files.push_back(entry.path());
  }
  std::sort(files.rbegin(), files.rend());  // newest first
  return files;
}

Result<BackupManifest> manifest_for(const fs::path& file, const Verified& verified, std::int64_t now_ms) {
  BackupManifest manifest;
  manifest.made_ms = now_ms;
  manifest.number = 1;
  for (const Backup& other : backups_in(file.parent_path())) {
    manifest.number = std::max(manifest.number, other.manifest.number + 1);
  }
  std::error_code error;
  manifest.bytes = static_cast<std::int64_t>(fs::file_size(file, error));
  if (error) return failure(Errc::unavailable, "backup: " + error.message());
  LX_TRY(manifest.sha256, sha256_of_file(file));
  manifest.program = LIANXIN_VERSION;
  manifest.migrations = verified.migrations;
  manifest.kinds_version = verified.kinds_version;
  manifest.studios = verified.studios;
  return manifest;
}

// Verifies the copy in `part` and gives it the name it deserves.
Result<BackupMade> settle(const fs::path& part, const fs::path& file, const VerifyOptions& options,
                          std::int64_t now_ms) {
  BackupMade made;
  made.backup.file = file;
  Result<Verified> verified;
  made.verify_seconds = seconds_of([&] { verified = verify_file(part, options); });
  LX_TRY(made.verified, std::move(verified));
  made.good = made.verified.clean();
  LX_CHECK(sync_file(part));
  if (!made.good) {
    made.backup.file.replace_extension(damaged_ending);
    LX_CHECK(rename_durably(part, made.backup.file));
    return made;
  }
  LX_TRY(made.backup.manifest, manifest_for(part, made.verified, now_ms));
  LX_CHECK(write_durably(manifest_of(file), manifest_text(made.backup.manifest)));
  LX_CHECK(rename_durably(part, file));
  return made;
}

}  // namespace

std::int64_t BackupManifest::lines() const {
  std::int64_t lines = 0;
  for (const auto& [studio, point] : studios) lines += point.seq;
  return lines;
}

bool holds_more(const Backup& a, const Backup& b) {
  return std::tuple(a.manifest.lines(), a.manifest.number, a.manifest.made_ms) >
         std::tuple(b.manifest.lines(), b.manifest.number, b.manifest.made_ms);
}

std::string manifest_text(const BackupManifest& manifest) {
  Value::Object migrations, studios;
  for (const auto& [module, number] : manifest.migrations) migrations.emplace(module, number);
  for (const auto& [studio, point] : manifest.studios) {
    studios.emplace(studio.text(), Value::Object{{"seq", point.seq}, {"log_hash", to_hex(point.log_hash)}});
  }
  return to_json(Value::Object{{"form", form},
                               {"made", utc_text(manifest.made_ms)},
                               {"made_ms", manifest.made_ms},
                               {"number", manifest.number},
                               {"bytes", manifest.bytes},
                               {"sha256", to_hex(manifest.sha256)},
                               {"program", manifest.program},
                               {"migrations", std::move(migrations)},
                               {"kinds_version", manifest.kinds_version},
                               {"studios", std::move(studios)}}) +
         "\n";
}

Result<BackupManifest> read_manifest(std::string_view text) {
  const auto parsed = parse_json(text);
  BackupManifest manifest;
  if (!parsed || parsed->integer_at("form") != form || !from_hex(parsed->text_at("sha256"), manifest.sha256)) {
    return failure(Errc::corrupt, "not a manifest");
  }
  manifest.made_ms = parsed->integer_at("made_ms");
  manifest.number = parsed->integer_at("number");
  manifest.bytes = parsed->integer_at("bytes");
  manifest.program = parsed->text_at("program");
  manifest.kinds_version = parsed->integer_at("kinds_version");
  for (const auto& [module, number] : parsed->object_at("migrations")) {
    if (number.integer()) manifest.migrations.emplace(module, *number.integer());
  }
  for (const auto& [name, point] : parsed->object_at("studios")) {
    const auto studio = StudioId::parse(name);
    StudioPoint at{point.integer_at("seq"), {}};
    if (!studio || !from_hex(point.text_at("log_hash"), at.log_hash)) {
      return failure(Errc::corrupt, "not a manifest: studios");
    }
    manifest.studios.emplace(*studio, at);
  }
  return manifest;
}

Result<BackupMade> make_backup(const fs::path& file, const fs::path& folder, const VerifyOptions& options,
                               std::int64_t now_ms) {
  LX_CHECK(make_private_folder(folder));
  LX_TRY(const FileLock lock, FileLock::take(folder / ".lock"));
  remove_parts(folder);
  const std::string name = "lianxin-" + utc_stamp(now_ms);
  const fs::path whole = folder / (name + ".db"), part = part_of(whole);
  if (fs::exists(whole)) return failure(Errc::conflict, "backup: " + whole.string() + " is already there");
  Status copied;
  const double copy_seconds = seconds_of([&] { copied = copy_database(file, part); });
  Result<BackupMade> made = tl::unexpected(Error{});
  if (copied) made = settle(part, whole, options, now_ms);
  if (!copied || !made) {
    remove_parts(folder);
    return tl::unexpected(copied ? made.error() : copied.error());
  }
  made->copy_seconds = copy_seconds;
  return made;
}

void sweep_backups(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return;
  if (const auto lock = FileLock::take(folder / ".lock")) remove_parts(folder);
}

std::vector<Backup> backups_in(const fs::path& folder) {
  std::vector<Backup> backups;
  for (const fs::path& file : files_ending(folder, ".db")) {
    const auto text = read_text(manifest_of(file), manifest_bytes_max);
    auto manifest = text ? read_manifest(*text) : Result<BackupManifest>(tl::unexpected(text.error()));
    std::error_code error;
    if (!manifest || static_cast<std::int64_t>(fs::file_size(file, error)) != manifest->bytes || error) continue;
    backups.push_back({file, std::move(*manifest)});
  }
  std::stable_sort(backups.begin(), backups.end(), [](const Backup& a, const Backup& b) {
    return std::tuple(a.manifest.number, a.manifest.lines(), a.manifest.made_ms) >
           std::tuple(b.manifest.number, b.manifest.lines(), b.manifest.made_ms);
  });
  return backups;
}

Status check_bytes(const Backup& backup) {
  LX_TRY(const Hash hash, sha256_of_file(backup.file));
  if (hash == backup.manifest.sha256) return {};
  return failure(Errc::corrupt, backup.file.string() + ": its bytes are not those that its manifest tells of");
}

Result<std::size_t> prune_backups(const fs::path& folder, std::size_t kept) {
  std::vector<fs::path> gone;
  const std::vector<Backup> backups = backups_in(folder);
  const auto fullest = std::min_element(backups.begin(), backups.end(), holds_more);
  for (std::size_t i = std::max<std::size_t>(kept, 1); i < backups.size(); ++i) {
    if (backups[i].file != fullest->file) gone.push_back(backups[i].file);
  }
  const std::vector<fs::path> damaged = files_ending(folder, damaged_ending);
  for (std::size_t i = damaged_kept; i < damaged.size(); ++i) gone.push_back(damaged[i]);
  for (const fs::path& file : gone) {
    std::error_code error;
    fs::rename(file, part_of(file), error);
    if (!error) fs::remove(manifest_of(file), error);
    if (!error) fs::remove(part_of(file), error);
    if (error) return failure(Errc::unavailable, "remove " + file.string() + ": " + error.message());
  }
  if (!gone.empty()) LX_CHECK(sync_folder(folder));
  return gone.size();
}

}  // namespace lianxin::server
