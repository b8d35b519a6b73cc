#include "server/kinds/kinds_folder.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "schema/catalog.h"
#include "schema/takes_away.h"
#include "server/kinds/queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

// By file name; those of `own` over those of `shipped`. Hidden files and editors' leavings do not end in ".json".
Result<std::map<std::string, fs::path>> files_of(const fs::path& shipped, const fs::path& own) {
  std::map<std::string, fs::path> files;
  for (const fs::path* folder : {&shipped, &own}) {
    std::error_code error;
    fs::directory_iterator entries(*folder, error);
    if (error && folder == &own) break;
    if (error) return failure(Errc::unavailable, "read the folder of kinds: " + error.message());
    for (const fs::directory_iterator end; entries != end; entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      if (name.ends_with(".json") && !name.starts_with('.')) files.insert_or_assign(name, entries->path());
      if (error) return failure(Errc::unavailable, "read the folder of kinds: " + error.message());
    }
  }
  return files;
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kind_file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail())) {
    return failure(Errc::unavailable, "cannot read " + path.filename().string());
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;  // one byte over the limit is kept, so that load_catalog() names the file that is too long
}

Result<std::vector<KindFile>> read_files(const fs::path& shipped, const fs::path& own) {
  LX_TRY(const auto paths, files_of(shipped, own));
  std::vector<KindFile> files;
  for (const auto& [name, path] : paths) {
    LX_TRY(std::string text, read_file(path));
    files.push_back({name, std::move(text)});
  }
  return files;
}

bool sensitivity_changed(const Catalog& now, const Catalog& next) {
  for (const auto& [name, kind] : now.kinds) {
    for (const Field& field : kind.fields) {
      const Field* later = next.field(name, field.name);
      if (later && later->sensitivity != field.sensitivity) return true;
    }
    // A new field can lower the least of its kind, by which the whole kind is judged.
    const auto least = [](const Kind& of) {
      Sensitivity floor = Sensitivity::health;
      for (const Field& field : of.fields) {
        if (!field.name.starts_with('_')) floor = std::min(floor, field.sensitivity);
      }
      return floor;
    };
    const Kind* later = next.kind(name);
    if (later && least(kind) != least(*later)) return true;
  }
  return false;
}

}  // namespace

KindsFolder::KindsFolder(SqlDatabase& database, Journal& journal, fs::path shipped, fs::path own)
    : database_(database), journal_(journal), shipped_(std::move(shipped)), own_(std::move(own)) {}

Status KindsFolder::check(const fs::path& shipped, const fs::path& own) {
  LX_TRY(const std::vector<KindFile> files, read_files(shipped, own));
  LX_TRY(const Catalog catalog, load_catalog(files));
  if (catalog.kinds.empty()) return failure(Errc::invalid_argument, "no kind in any file");
  return {};
}

Status KindsFolder::load() {
  LX_TRY(std::shared_ptr<const Kinds> last, accepted());
  {
    const std::lock_guard lock(mutex_);
    current_ = last;
  }
  const auto looked = look(INT64_MAX);
  looked_at_ms_ = INT64_MIN;
  if (!looked && !last) return tl::unexpected(looked.error());
  const std::lock_guard lock(mutex_);
  if (!current_) return failure(Errc::invalid_argument, "the shipped kinds cannot be used; see the log");
  return {};
}

Result<bool> KindsFolder::look(std::int64_t now_ms) {
  const std::lock_guard lock(looking_);
  if (looked_at_ms_ <= now_ms && now_ms - look_every_ms < looked_at_ms_) return false;
  looked_at_ms_ = now_ms;
  LX_TRY(std::string now, fingerprint());
  if (now == fingerprint_) return false;
  LX_TRY(const std::vector<KindFile> files, read_files(shipped_, own_));
  LX_TRY(const bool caught_up, catch_up());
  fingerprint_ = std::move(now);  // also where they will not do: the same files are complained of once
  auto taken = take(files);
  if (!taken) log_event(LogLevel::error, "kinds_refused", {{"reason", taken.error().message}});
  if (!taken && taken.error().code != Errc::invalid_argument && taken.error().code != Errc::out_of_range) {
    fingerprint_.clear();  // no fault of the files: try again
    return tl::unexpected(std::move(taken).error());
  }
  return caught_up || (taken && *taken);
}

std::shared_ptr<const Kinds> KindsFolder::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::shared_ptr<const Catalog> KindsFolder::catalog() const {
  const auto kinds = current();
  return {kinds, &kinds->catalog};
}

Result<std::string> KindsFolder::fingerprint() const {
  LX_TRY(const auto files, files_of(shipped_, own_));
  std::string text;
  for (const auto& [name, path] : files) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    const auto time = error ? fs::file_time_type{} : fs::last_write_time(path, error);
    text += path.string() + "|" + std::to_string(error ? 0 : size) + "|" +
            std::to_string(time.time_since_epoch().count()) + "\n";
  }
  return text;
}

Result<std::shared_ptr<const Kinds>> KindsFolder::accepted() const {
  LX_TRY(std::optional<std::string> document, database_.first(kinds_sql::latest_kinds, column<std::string>));
  if (!document) return std::shared_ptr<const Kinds>();
  auto kinds = std::make_shared<Kinds>();
  kinds->document = std::move(*document);
  LX_TRY(kinds->catalog, read_catalog_document(kinds->document));
  return std::shared_ptr<const Kinds>(std::move(kinds));
}

Result<bool> KindsFolder::catch_up() {
  LX_TRY(std::shared_ptr<const Kinds> last, accepted());
  const std::lock_guard lock(mutex_);
  if (!last || (current_ && last->catalog.version <= current_->catalog.version)) return false;
  current_ = std::move(last);
  return true;
}

Result<bool> KindsFolder::take(const std::vector<KindFile>& files) {
  auto next = std::make_shared<Kinds>();
  LX_TRY(next->catalog, load_catalog(files));
  if (next->catalog.kinds.empty()) return failure(Errc::invalid_argument, "no kind in any file");
  const auto now = current();
  Catalog& catalog = next->catalog;
  if (now) {
    // The document names its version: made with the version in force, it is the same text exactly when the files are.
    catalog.version = now->catalog.version;
    catalog.sensitivity_version = now->catalog.sensitivity_version;
    if (catalog_document(catalog, files) == now->document) return false;
    if (const auto lost = takes_away(now->catalog, catalog)) return failure(Errc::invalid_argument, *lost);
  }
  catalog.version = now ? now->catalog.version + 1 : 1;
  if (!now || sensitivity_changed(now->catalog, catalog)) catalog.sensitivity_version = catalog.version;
  next->document = catalog_document(catalog, files);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    connection.exec(kinds_sql::insert_kinds, catalog.version, catalog.sensitivity_version, next->document);
    notes.kinds(catalog.version);
    return {};
  }));
  log_event("kinds_accepted", {{"version", std::to_string(catalog.version)},
                               {"kinds", std::to_string(catalog.kinds.size())},
                               {"sensitivity_version", std::to_string(catalog.sensitivity_version)}});
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
  return true;
}

fs::path shipped_kinds(const fs::path& asked) {
  if (!asked.empty()) return asked;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share" / "lianxin" / "kinds";
  if (!error && fs::is_directory(installed, error)) return installed;
  const fs::path built = LIANXIN_KINDS_DIR;
  return fs::is_directory(built, error) ? built : fs::path();
}

}  // namespace lianxin::server
