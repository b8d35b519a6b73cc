#include "server/disk/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lianxin::server {

OpenFile::OpenFile(const std::filesystem::path& path, int flags)
    : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace lianxin::server
