#include "server/disk/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1 << 20;

tl::unexpected<Error> failed_on(const char* act, const fs::path& path) {
  const Errc code = errno == ENOENT ? Errc::not_found : Errc::unavailable;
  return failure(code, std::string(act) + " " + path.string() + ": " + std::strerror(errno));
}

Status sync_path(const fs::path& path, int flags) {
  const OpenFile file(path, flags);
  if (file.get() < 0 || ::fsync(file.get()) != 0) return failed_on("sync", path);
  return {};
}

Status write_all(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed_on("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Gives `f` the file piece by piece.
template <class F>
Status each_piece(const fs::path& path, F&& f) {
  const OpenFile file(path, O_RDONLY);
  if (file.get() < 0) return failed_on("read", path);
  std::vector<char> piece(piece_bytes);
  while (true) {
    const ssize_t size = ::read(file.get(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed_on("read", path);
    if (size == 0) return {};
    LX_CHECK(f(std::string_view(piece.data(), static_cast<std::size_t>(size))));
  }
}

// Writes by `fill` under another name, which then takes the place of `path`.
template <class F>
Status replace(const fs::path& path, F&& fill) {
  const fs::path fresh = path.string() + ".part";
  {
    const OpenFile file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.get() < 0) return failed_on("write", fresh);
    Status written = fill(file.get(), fresh);
    if (written && ::fsync(file.get()) != 0) written = failed_on("sync", fresh);
    if (!written) {
      ::unlink(fresh.c_str());
      return written;
    }
  }
  return rename_durably(fresh, path);
}

// The command line of that process, as it was typed.
std::string command_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/cmdline", std::ios::binary);
  std::string words(std::istreambuf_iterator<char>(file), {});
  std::replace(words.begin(), words.end(), '\0', ' ');
  while (words.ends_with(' ')) words.pop_back();
  return words;
}

// Who has locked the file, as Linux tells it (proc_locks(5)): the first of several. On file systems that are made of
// others it does not.
std::string holder_of(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return "another process";
  char wanted[64];
  std::snprintf(wanted, sizeof wanted, "%02x:%02x:%lu", major(info.st_dev), minor(info.st_dev),
                static_cast<unsigned long>(info.st_ino));
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    if (kind == "FLOCK" && place == wanted) return "`" + command_of(process) + "` (process " + process + ")";
  }
  return "another process";
}

}  // namespace

Status sync_file(const fs::path& file) { return sync_path(file, O_RDONLY); }
Status sync_folder(const fs::path& folder) { return sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY); }

Status make_private_folder(const fs::path& folder) {
  std::error_code error;
  const bool there = fs::is_directory(folder, error);
  if (there) return {};
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return failure(Errc::unavailable, "make the folder " + folder.string() + ": " + error.message());
  return sync_folder(folder.parent_path());
}

Status write_durably(const fs::path& file, std::string_view text) {
  return replace(file, [&](int descriptor, const fs::path& fresh) { return write_all(descriptor, text, fresh); });
}

Status copy_durably(const fs::path& from, const fs::path& to) {
  return replace(to, [&](int descriptor, const fs::path& fresh) {
    return each_piece(from, [&](std::string_view piece) { return write_all(descriptor, piece, fresh); });
  });
}

Status rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed_on("rename", from);
  LX_CHECK(sync_folder(to.parent_path()));
  return from.parent_path() == to.parent_path() ? Status{} : sync_folder(from.parent_path());
}

Status remove_overwritten(const fs::path& file) {
  {
    const OpenFile open(file, O_WRONLY);
    struct stat info {};
    if (open.get() < 0 || ::fstat(open.get(), &info) != 0) return failed_on("overwrite", file);
    const std::string zeroes(piece_bytes, '\0');
    for (std::int64_t left = info.st_size; left > 0; left -= static_cast<std::int64_t>(piece_bytes)) {
      const auto bytes = static_cast<std::size_t>(std::min<std::int64_t>(left, piece_bytes));
      LX_CHECK(write_all(open.get(), std::string_view(zeroes).substr(0, bytes), file));
    }
    if (::fsync(open.get()) != 0) return failed_on("overwrite", file);
  }
  std::error_code error;
  fs::remove(file, error);
  if (error) return failure(Errc::unavailable, "remove " + file.string() + ": " + error.message());
  return sync_folder(file.parent_path());
}

Result<std::string> read_text(const fs::path& file, std::size_t bytes_max) {
  std::string text;
  LX_CHECK(each_piece(file, [&](std::string_view piece) -> Status {
    text += piece;
    if (text.size() > bytes_max) return failure(Errc::out_of_range, "read " + file.string() + ": it is too long");
    return {};
  }));
  return text;
}

Result<Hash> sha256_of_file(const fs::path& file) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Hash hash{};
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return failure(Errc::unavailable, "hash " + file.string());
  }
  LX_CHECK(each_piece(file, [&](std::string_view piece) -> Status {
    if (EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1) return {};
    return failure(Errc::unavailable, "hash " + file.string());
  }));
  if (EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) != 1) {
    return failure(Errc::unavailable, "hash " + file.string());
  }
  return hash;
}

Result<FileLock> FileLock::take(const fs::path& file, Kind kind) {
  std::error_code none;
  const int flags = fs::is_directory(file, none) ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT;
  OpenFile opened(file, flags);
  if (opened.get() < 0) return failed_on("lock", file);
  if (::flock(opened.get(), (kind == Kind::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    return failure(Errc::conflict, "lock " + file.string() + ": held by " + holder_of(opened.get()));
  }
  return FileLock(std::move(opened));
}

}  // namespace lianxin::server
