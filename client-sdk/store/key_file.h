// The key beside a phone's file, where the app hands in none: PATH.key, for its owner only.
#pragma once

#include <optional>
#include <string>

#include "lianxin/device.h"
#include "sync/crypto/secret.h"

namespace lianxin::client {

class KeyFile {
 public:
  explicit KeyFile(const std::string& store) : path_(store + ".key") {}

  std::optional<Secret> read() const;  // none: it is not there, or is none of ours
  // The one that is there, or a new one: on the disk, whole, before this returns. None: it cannot be written, or
  // something else lies there. One at a time: within a write of the store.
  std::optional<Secret> read_or_make(RandomSource& random) const;
  void destroy() const;  // overwritten and removed

 private:
  std::string path_;
};

}  // namespace lianxin::client
