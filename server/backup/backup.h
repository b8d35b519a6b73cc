// Backups: whole copies of the database, each with a manifest beside it, made while the server runs. A copy gets its
// name last, once it was verified and its manifest is on the disk.
//
//   lianxin-20261121T120703.123Z.json      the manifest
//   lianxin-20261121T120703.123Z.db        one file, readable on its own
//   lianxin-20261121T180703.123Z.damaged   a copy that failed its verification, kept for whoever looks into it
//
// It does not hold the server's keys (DATA/keys): they must be kept apart, so that neither alone is enough to forge.
#pragma once

#include <vector>

#include "server/backup/verify.h"

namespace lianxin::server {

class SqlDatabase;

struct BackupManifest {
  std::int64_t made_ms = 0;  // by the clock of the machine, which may have been wrong
  std::int64_t number = 0;   // counts the backups of its folder, whatever a clock says; 0: of before they were counted
  std::int64_t bytes = 0;
  Hash sha256{};
  std::string program;                             // the version that made it
  std::map<std::string, std::int64_t> migrations;  // the last of each module
  std::int64_t kinds_version = 0;
  std::map<StudioId, StudioPoint> studios;  // how far each log had come

  std::int64_t lines() const;  // of all logs together: how much it holds
};
std::string manifest_text(const BackupManifest& manifest);
Result<BackupManifest> read_manifest(std::string_view text);  // corrupt

struct Backup {
  std::filesystem::path file;
  BackupManifest manifest;
};

struct BackupMade {
  Backup backup;      // `file` as it is now called
  bool good = false;  // else it is damaged, and has no manifest
  Verified verified;
  double copy_seconds = 0, verify_seconds = 0;
};

// Copies the database at `file` into `folder`, which is made where it is missing, verifies the copy and writes its
// manifest. Writers go on meanwhile. conflict: another backup into that folder is being made; unavailable: the disk, or
// told to stop. After an error nothing is left of it; what a crash leaves, the next one removes, or sweep_backups().
Result<BackupMade> make_backup(const std::filesystem::path& file, const std::filesystem::path& folder,
                               const VerifyOptions& options, std::int64_t now_ms);

// Removes what making or removing a backup has left that was cut short, and nothing else that lies in the folder;
// nothing at all while another process is at it.
void sweep_backups(const std::filesystem::path& folder);

// Those with a manifest that can be read and a file of its size, the last made first: by their numbers, then by what
// they hold, and by their dates last. Empty where there is no folder.
std::vector<Backup> backups_in(const std::filesystem::path& folder);

// `corrupt` where the file's bytes are not those that the manifest tells of.
Status check_bytes(const Backup& backup);

// Whether `a` holds more than `b`; of two that hold as much, whether it was made later.
bool holds_more(const Backup& a, const Backup& b);

// Keeps the `kept` that were made last, of which there is always one; the one that holds most, where it is none of
// these (as after a restore, while the phones have not given everything back); and the newest damaged copies. How many
// went.
inline constexpr std::size_t damaged_kept = 2;
Result<std::size_t> prune_backups(const std::filesystem::path& folder, std::size_t kept);

}  // namespace lianxin::server
