// An open file, closed when this goes. One that could not be opened is below zero, and errno says why.
#pragma once

#include <filesystem>
#include <utility>

namespace lianxin::server {

class OpenFile {
 public:
  OpenFile() = default;
  // `flags` of open(2). Where it is made it is readable by its owner only.
  OpenFile(const std::filesystem::path& path, int flags);
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace lianxin::server
