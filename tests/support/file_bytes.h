// The bytes of a file as they lie on the disk. A file that is not there has none.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace lianxin::test {

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Those of all files of a folder, one after the other.
inline std::string bytes_under(const std::filesystem::path& folder) {
  std::string bytes;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder)) {
    if (item.is_regular_file()) bytes += bytes_of(item.path());
  }
  return bytes;
}

}  // namespace lianxin::test
