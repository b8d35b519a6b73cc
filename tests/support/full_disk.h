// No file of this process grows past so many bytes while this lives, as where the disk has no more room.
#pragma once

#include <sys/resource.h>

#include <csignal>

#include "schema/assert.h"

namespace lianxin {

class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes_max = 0) {
    std::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
    LX_ASSERT(getrlimit(RLIMIT_FSIZE, &before_) == 0);
    rlimit full = before_;
    full.rlim_cur = bytes_max;
    LX_ASSERT(setrlimit(RLIMIT_FSIZE, &full) == 0);
  }
  ~FullDisk() { LX_ASSERT(setrlimit(RLIMIT_FSIZE, &before_) == 0); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace lianxin
