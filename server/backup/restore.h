// A database put back from a backup. The one that was there is moved aside and never deleted. It can be cut short at
// any instant: a file DATA/restoring tells of what is under way, no server or command opens the data while it is there,
// and the next restore finishes what it tells of before anything else.
//
//   1  the copy       DATA/lianxin.db.restored   written and synced
//   2  the word       DATA/restoring             {"aside": "20261121T120703.123Z", …}: a name, so that the folder may
//   move 3  the old one    lianxin.db, -wal, -shm     moved to DATA/replaced/20261121T120703.123Z/ 4  the new one
//   lianxin.db.restored        becomes lianxin.db 5                 DATA/restoring             removed
#pragma once

#include <functional>

#include "server/backup/backup.h"

namespace lianxin::server {

// The backup that holds most, or, of those whose date is at or before `as_of_ms`, the one with the latest date; its
// bytes are those of its manifest, and it verifies. Dates are what a clock said that may have been wrong, so only who
// asks for one gets them. `tell` hears of each that is passed over, and why. not_found: there is none.
Result<Backup> pick_backup(const std::filesystem::path& folder, std::optional<std::int64_t> as_of_ms,
                           const VerifyOptions& options, const std::function<void(const std::string&)>& tell);

// Puts a copy of it into `data`, which must be open to restore (DataFolder). Returns the folder to which the present
// database went; empty where there was none.
Result<std::filesystem::path> put_back(const Backup& backup, const std::filesystem::path& data, std::int64_t now_ms);

// Whether a restore had been cut short, which is finished then.
Result<bool> finish_put_back(const std::filesystem::path& data);

// Removes what was written by a restore that was cut short before its word was there: the database is as it was. `data`
// must be open (DataFolder), so that no restore is under way.
void sweep_restore(const std::filesystem::path& data);

// How far each studio's log goes in a database, as far as it can be read.
Result<std::map<StudioId, StudioPoint>> points_in(const std::filesystem::path& file);

}  // namespace lianxin::server
