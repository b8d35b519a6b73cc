#include "server/kinds/kinds_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include "schema/catalog.h"
#include "schema/json.h"
#include "server/kinds/queries.h"
#include "server/people/states.h"
#include "server/storage/database_file.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

// By file name; those of `own` over those of `shipped`.
Result<std::map<std::string, fs::path>> files_of(const fs::path& shipped, const fs::path& own) {
  std::map<std::string, fs::path> files;
  for (const fs::path* folder : {&shipped, &own}) {
    std::error_code error;
    fs::directory_iterator entries(*folder, error);
    if (error && folder == &own) break;
    if (error) return failure(Errc::unavailable, "read the folder of kinds: " + error.message());
    for (const fs::directory_iterator end; entries != end; entries.increment(error)) {
      const fs::path& path = entries->path();
      if (KindsFolder::is_kinds_file(path)) files.insert_or_assign(path.filename().string(), path);
      if (error) return failure(Errc::unavailable, "read the folder of kinds: " + error.message());
    }
  }
  return files;
}

Result<std::string> read_file(const fs::path& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kind_file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() && in.fail()) {
    return failure(Errc::unavailable, std::string("cannot be read: ") + std::strerror(errno != 0 ? errno : EIO));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;  // one byte over the limit is kept, so that who reads it says that it is too long
}

FolderFile folder_file(const std::string& name, const fs::path& path) {
  auto text = read_file(path);
  return text ? FolderFile{{name, std::move(*text)}, {}} : FolderFile{{name, {}}, text.error().message};
}

Result<std::vector<FolderFile>> read_files(const fs::path& shipped, const fs::path& own) {
  LX_TRY(const auto paths, files_of(shipped, own));
  std::vector<FolderFile> files;
  for (const auto& [name, path] : paths) files.push_back(folder_file(name, path));
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

// A first start takes all files or none: whoever puts a server up is there to mend them.
Status usable(const ChosenKinds& chosen) {
  if (!chosen.wrong.empty()) {
    return failure(Errc::invalid_argument, chosen.wrong.front().file + ": " + chosen.wrong.front().wrong);
  }
  if (chosen.catalog.kinds.empty()) return failure(Errc::invalid_argument, "no kind in any file");
  return {};
}

}  // namespace

Result<std::vector<KindFile>> catalog_files(std::string_view document) {
  LX_TRY(const Value value, parse_json(document));
  std::vector<KindFile> files;
  for (const Value& file : value.list_at("files")) {
    files.push_back({std::string(file.text_at("name")), std::string(file.text_at("text"))});
  }
  return files;
}

KindsFolder::KindsFolder(SqlDatabase& database, Journal& journal, fs::path shipped, fs::path own)
    : database_(database), journal_(journal), shipped_(std::move(shipped)), own_(std::move(own)) {}

bool KindsFolder::is_kinds_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".json") && !name.starts_with('.');
}

Status KindsFolder::check(const fs::path& shipped, const fs::path& own) {
  LX_TRY(const std::vector<FolderFile> files, read_files(shipped, own));
  return usable(choose_kinds({}, files));
}

Result<std::vector<WrongKinds>> KindsFolder::wrong_among(const fs::path& database, const fs::path& shipped,
                                                         const fs::path& own, const std::vector<fs::path>& more) {
  std::optional<std::string> document;
  if (!database.empty()) {
    LX_CHECK(read_database(database, [&](SqlConnection& connection) -> Status {
      document = connection.first(kinds_sql::latest_kinds, column<std::string>);
      return {};
    }));
  }
  std::vector<KindFile> in_use;
  if (document) {
    LX_TRY(in_use, catalog_files(*document));
  } else {
    LX_TRY(const auto paths, files_of(shipped, {}));
    for (const auto& [name, path] : paths) in_use.push_back(folder_file(name, path).file);
  }
  LX_TRY(auto paths, files_of(shipped, own));
  for (const fs::path& path : more) paths.insert_or_assign(path.filename().string(), path);
  std::vector<FolderFile> files;
  for (const auto& [name, path] : paths) files.push_back(folder_file(name, path));
  return choose_kinds(in_use, files).wrong;
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
  LX_TRY(const std::vector<FolderFile> files, read_files(shipped_, own_));
  LX_TRY(const bool caught_up, catch_up());
  const bool all_read =
      std::all_of(files.begin(), files.end(), [](const FolderFile& file) { return file.unreadable.empty(); });
  // Also where they will not do: the same files are complained of once. What could not be read is tried again.
  fingerprint_ = all_read ? std::move(now) : std::string();
  auto taken = take(files);
  if (!taken) {
    log_event(LogLevel::error, "kinds_refused", {{"reason", taken.error().message}});
    fingerprint_.clear();
    return tl::unexpected(std::move(taken).error());
  }
  return caught_up || *taken;
}

std::shared_ptr<const Kinds> KindsFolder::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<WrongKinds> KindsFolder::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

void KindsFolder::leave_out(std::vector<WrongKinds> wrong) {
  const std::lock_guard lock(mutex_);
  if (wrong == left_out_) return;
  for (const WrongKinds& each : wrong) {
    log_event(LogLevel::error, "kinds_refused", {{"file", each.file}, {"reason", each.wrong}});
  }
  if (wrong.empty()) log_event("kinds_mended");
  left_out_ = std::move(wrong);
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
  LX_TRY(kinds->files, catalog_files(kinds->document));
  return std::shared_ptr<const Kinds>(std::move(kinds));
}

Result<bool> KindsFolder::catch_up() {
  LX_TRY(std::shared_ptr<const Kinds> last, accepted());
  const std::lock_guard lock(mutex_);
  if (!last || (current_ && last->catalog.version <= current_->catalog.version)) return false;
  current_ = std::move(last);
  return true;
}

Result<bool> KindsFolder::take(const std::vector<FolderFile>& folder) {
  auto next = std::make_shared<Kinds>();
  const auto now = current();
  ChosenKinds chosen = choose_kinds(now ? now->files : std::vector<KindFile>{}, folder);
  if (!now) LX_CHECK(usable(chosen));
  leave_out(std::move(chosen.wrong));
  next->catalog = std::move(chosen.catalog);
  next->files = std::move(chosen.files);
  Catalog& catalog = next->catalog;
  if (now) {
    // The document names its version: made with the version in force, it is the same text exactly when the files are.
    catalog.version = now->catalog.version;
    catalog.sensitivity_version = now->catalog.sensitivity_version;
    if (catalog_document(catalog, next->files) == now->document) return false;
  }
  catalog.version = now ? now->catalog.version + 1 : 1;
  if (!now || sensitivity_changed(now->catalog, catalog)) catalog.sensitivity_version = catalog.version;
  next->document = catalog_document(catalog, next->files);
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
