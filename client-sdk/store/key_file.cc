#include "client-sdk/store/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace lianxin::client {
namespace {

constexpr std::size_t text_bytes = 65;  // 64 hex digits and a newline, so that a person sees that it is text

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool write_all(std::string_view text) const {
    return ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd_) == 0;
  }
  std::string read_some(std::size_t bytes) const {
    std::string text(bytes, '\0');
    const ssize_t got = ::read(fd_, text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }
  void sync() const { (void)::fsync(fd_); }

 private:
  int fd_;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::optional<Secret> KeyFile::read() const {
  const Descriptor file(path_, O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  (void)::chmod(path_.c_str(), S_IRUSR | S_IWUSR);  // whatever a copy made of it
  std::string text = file.read_some(text_bytes + 1);
  const bool whole = text.size() == text_bytes && text.back() == '\n';
  Secret key;
  const bool read = whole && from_hex(std::string_view(text).substr(0, text_bytes - 1), key.bytes);
  wipe(text);
  if (!read) return std::nullopt;
  return key;
}

std::optional<Secret> KeyFile::read_or_make(RandomSource& random) const {
  if (auto key = read()) return key;
  if (::access(path_.c_str(), F_OK) == 0) return std::nullopt;
  Secret key;
  random.fill(key.bytes);
  std::string text = to_hex(key.bytes) + "\n";
  const std::string unfinished = path_ + ".new";
  bool written = false;
  {
    const Descriptor file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    written = file.is_open() && file.write_all(text);
  }
  wipe(text);
  if (!written || std::rename(unfinished.c_str(), path_.c_str()) != 0) return std::nullopt;
  if (const Descriptor folder(folder_of(path_), O_RDONLY); folder.is_open()) folder.sync();
  return key;
}

void KeyFile::destroy() const {
  {
    const Descriptor file(path_, O_WRONLY);
    if (!file.is_open()) return;
    (void)file.write_all(std::string(text_bytes, '0'));
  }
  (void)::unlink(path_.c_str());
}

}  // namespace lianxin::client
