// The kit's files: kinds, stories, cases and vectors as values, and a value as the text of a file that people can read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/kind.h"

namespace lianxin::kit {

Result<std::string> read_text(const std::filesystem::path& file);
Status write_text(const std::filesystem::path& file, const std::string& text);
Result<Value> read_value(const std::filesystem::path& file);

// Files NAME.json of a folder, by name. Empty where there is no such folder.
std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder);

// JSON with line breaks where an object or a list is too long for one line. Names in byte order.
std::string readable(const Value& value);

// Version k of the kit's kinds: the files of kinds/1 to kinds/k together.
struct Kinds {
  Catalog catalog;
  std::vector<KindFile> files;
};
Result<Kinds> load_kinds(const std::filesystem::path& folder, std::int64_t version);

}  // namespace lianxin::kit
