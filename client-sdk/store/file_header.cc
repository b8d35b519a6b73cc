#include "client-sdk/store/file_header.h"

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace lianxin::client {
namespace {

// The header and the beginning of the schema's page (SQLite, Database File Format, 1.3 and 1.6).
constexpr std::size_t header_bytes = 112;
using Header = std::array<unsigned char, header_bytes>;

constexpr std::size_t version_at = 60, owner_at = 68, page_kind_at = 100, cells_at = 103;
constexpr unsigned char table_leaf = 0x0D;

int number_at(const Header& header, std::size_t at) {
  unsigned number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | header[at + i];
  return static_cast<int>(number);
}

bool has_no_table(const Header& header) {
  return header[page_kind_at] == table_leaf && header[cells_at] == 0 && header[cells_at + 1] == 0;
}

// Through SQLite's own files: a descriptor of ours, when it is closed, would take away the locks that another Phone of
// this process has on the file. None: it is not there, is empty, or cannot be read.
std::optional<Header> header_of(const std::string& path) {
  sqlite3_vfs* files = sqlite3_vfs_find(nullptr);
  std::vector<char> whole(static_cast<std::size_t>(files->mxPathname) + 1);
  int there = 0;
  if (files->xFullPathname(files, path.c_str(), files->mxPathname + 1, whole.data()) != SQLITE_OK ||
      files->xAccess(files, whole.data(), SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK || there == 0) {
    return std::nullopt;
  }
  const auto name = std::unique_ptr<const char, decltype(&sqlite3_free_filename)>(
      sqlite3_create_filename(whole.data(), "", "", 0, nullptr), sqlite3_free_filename);
  if (!name) return std::nullopt;
  const auto room =
      std::make_unique<std::max_align_t[]>(static_cast<std::size_t>(files->szOsFile) / sizeof(std::max_align_t) + 1);
  auto* file = reinterpret_cast<sqlite3_file*>(room.get());
  int flags = 0;
  const int opened = files->xOpen(files, name.get(), file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags);
  std::optional<Header> header;
  if (opened == SQLITE_OK) {
    Header read{};
    const int done = file->pMethods->xRead(file, read.data(), header_bytes, 0);
    if (done == SQLITE_OK || done == SQLITE_IOERR_SHORT_READ) header = read;
  }
  if (file->pMethods) file->pMethods->xClose(file);
  return header;
}

}  // namespace

Status check_header(const std::string& path, int newest_version) {
  const std::optional<Header> header = header_of(path);
  if (!header || *header == Header{}) return {};
  constexpr std::string_view magic("SQLite format 3\0", 16);
  if (std::memcmp(header->data(), magic.data(), magic.size()) != 0) return failure(Errc::corrupt, "file_not_ours");
  return fits(number_at(*header, owner_at), number_at(*header, version_at), has_no_table(*header) ? 0 : 1,
              newest_version);
}

Status fits(int owner, int version, int tables, int newest_version) {
  const bool unclaimed = owner == 0 && version == 0 && tables == 0;
  if (owner != application_id && !unclaimed) return failure(Errc::corrupt, "file_not_ours");
  if (version > newest_version) return failure(Errc::corrupt, "file_too_new");
  return {};
}

}  // namespace lianxin::client
