// Kinds files tried before a server meets them.
#include <algorithm>
#include <iostream>

#include "server/commands/commands.h"
#include "server/kinds/kinds_folder.h"
#include "server/people/keys.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

// The kinds files among `given`: those of a folder are the ones that a server would read there.
Result<std::vector<fs::path>> files_asked(const std::vector<std::string>& given) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& file) -> Status {
    const auto same = [&](const fs::path& other) { return other.filename() == file.filename(); };
    if (std::any_of(files.begin(), files.end(), same)) {
      return failure(Errc::invalid_argument, "two files are named " + file.filename().string());
    }
    files.push_back(file);
    return {};
  };
  for (const fs::path path : given) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!KindsFolder::is_kinds_file(path)) {
        return failure(Errc::invalid_argument, path.string() + ": the name of a kinds file ends in .json");
      }
      LX_CHECK(add(path));
      continue;
    }
    fs::directory_iterator entries(path, error);
    for (const fs::directory_iterator end; !error && entries != end; entries.increment(error)) {
      if (KindsFolder::is_kinds_file(entries->path())) LX_CHECK(add(entries->path()));
    }
    if (error) return failure(Errc::unavailable, "read " + path.string() + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return failure(Errc::not_found, "no kinds file (*.json) there");
  return files;
}

}  // namespace

Result<int> run_kinds_check(const ServerOptions& options, const KindsCheckOptions& check) {
  LX_TRY(const std::vector<fs::path> files, files_asked(check.files));
  fs::path database, own;
  if (check.beside_data) {
    LX_TRY(const auto data, DataFolder::open(options.data, DataFolder::Use::command));
    LX_CHECK(KeyFolder(data->keys()).hold_data_key());
    database = data->database();
    own = data->kinds();
  }
  LX_TRY(const auto wrong, KindsFolder::wrong_among(database, options.kinds, own, files));
  bool all_right = true;
  for (const fs::path& file : files) {
    const auto found = std::find_if(wrong.begin(), wrong.end(),
                                    [&](const WrongKinds& each) { return each.file == file.filename().string(); });
    all_right = all_right && found == wrong.end();
    std::cout << file.string() << ": " << (found == wrong.end() ? "right" : found->wrong) << "\n";
  }
  for (const WrongKinds& each : wrong) {
    const auto asked = [&](const fs::path& file) { return file.filename().string() == each.file; };
    if (std::none_of(files.begin(), files.end(), asked)) {
      std::cerr << "note: " << (own / each.file).string() << ": " << each.wrong << "\n";
    }
  }
  return all_right ? 0 : 1;
}

}  // namespace lianxin::server
