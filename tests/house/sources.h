// The sources of the four rooms as text, for the tests that read them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lianxin::house {

inline const std::filesystem::path root(LIANXIN_SOURCE_DIR);  // of the tree

using Sources = std::map<std::string, std::string>;  // path from the root of the tree -> text

Sources sources_under(const std::vector<std::string>& folders);
const Sources& all_sources();  // of schema, sync, server and client-sdk; read once

std::string text_of(const std::string& path);  // throws std::runtime_error where it cannot be read

// The files that `source` includes, as they are written there, in brackets or quotes; what is commented out is not.
std::vector<std::string> includes_of(std::string_view source);

// `source` with a blank for each character of a comment, and of a text as well where `texts` is false.
std::string code_of(std::string_view source, bool texts);

std::string folder_of(const std::string& path);  // all before the last '/'; empty where there is none

// The lines of a file of data in this folder, each cut at its first colon: "name: word word". Lines that begin with '#'
// and empty ones are left out. Throws std::runtime_error at a line without a colon.
struct Line {
  std::string name;
  std::vector<std::string> words;
};
std::vector<Line> lines_of(const std::string& data);

}  // namespace lianxin::house
