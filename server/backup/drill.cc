#include "server/backup/drill.h"

#include <chrono>

#include "server/backup/restore.h"
#include "server/disk/data_folder.h"
#include "server/disk/files.h"
#include "server/storage/database_file.h"
#include "server/storage/engine.h"
#include "server/storage/sql/log_queries.h"
#include "server/tables.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

class Clock {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    begin_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Removed with all that is in it, however the drill ends.
class Scratch {
 public:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  const fs::path path_;
};

std::string megabytes(std::int64_t bytes) { return std::to_string((bytes + (1 << 19)) >> 20) + " MB"; }

void take_damage(const Verified& verified, Drill& drill) {
  for (const Finding& finding : verified.damage.kept()) drill.differences.add(finding.code, finding.where);
}

std::string told(const Verified& verified) {
  if (!verified.clean()) return std::to_string(verified.damage.count()) + " damaged";
  return std::to_string(verified.lines) + " lines, " + std::to_string(verified.rows) + " rows, " +
         std::to_string(verified.signatures) + " signatures";
}

// The database has gone on meanwhile; what it had then it must still have, at the same places.
Status compare(const fs::path& database, const std::map<StudioId, StudioPoint>& backup, Drill& drill) {
  return read_database(database, [&](SqlConnection& connection) -> Status {
    for (const auto& [studio, point] : backup) {
      const auto hash = connection.first(queries::log_hash_at, column<Hash>, studio, point.seq);
      if (hash != point.log_hash && point.seq > 0) {
        drill.differences.add("log_differs", {{"studio", studio.text()}, {"seq", std::to_string(point.seq)}});
      }
    }
    return {};
  });
}

// As a server opens it: writable, in its own journal mode, with its tables brought up to date.
Status open_once(const fs::path& file) {
  const auto database = open_database(file, database_modules());
  return database ? Status{} : Status(tl::unexpected(database.error()));
}

}  // namespace

Result<Drill> run_drill(const fs::path& data, const fs::path& scratch, std::int64_t now_ms) {
  if (fs::exists(scratch)) return failure(Errc::conflict, "drill: " + scratch.string() + " is already there");
  LX_CHECK(make_private_folder(scratch));
  const Scratch cleaned(scratch);
  VerifyOptions options;
  LX_TRY(options.keys, keys_in(data / "keys"));
  const fs::path database = data / "lianxin.db", restored = scratch / "data" / "lianxin.db";
  Drill drill;
  Clock clock;

  LX_TRY(const BackupMade made, make_backup(database, scratch / "backups", options, now_ms));
  const double rest = clock.lap() - made.copy_seconds - made.verify_seconds;
  drill.steps.push_back({"copy, server may run", made.copy_seconds, megabytes(made.backup.manifest.bytes)});
  drill.steps.push_back({"verify the copy", made.verify_seconds, told(made.verified)});
  take_damage(made.verified, drill);
  if (!made.good) return drill;
  drill.steps.push_back({"manifest", rest, std::to_string(made.backup.manifest.studios.size()) + " studios"});

  LX_CHECK(make_private_folder(scratch / "data"));
  LX_CHECK(check_bytes(made.backup));
  LX_TRY(const fs::path aside, put_back(made.backup, scratch / "data", now_ms));
  LX_CHECK(open_once(restored));
  drill.steps.push_back({"put back and open", clock.lap(), aside.empty() ? "into an empty folder" : "moved aside"});

  LX_TRY(const Verified again, verify_file(restored, options));
  drill.steps.push_back({"verify what was put back", clock.lap(), told(again)});
  take_damage(again, drill);
  if (again.studios != made.backup.manifest.studios) drill.differences.add("studios_differ");
  LX_CHECK(compare(database, again.studios, drill));
  drill.steps.push_back({"compare with the database", clock.lap(), drill.good() ? "the same" : "different"});
  return drill;
}

}  // namespace lianxin::server
