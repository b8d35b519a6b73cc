// A line as it travels, and the SHA-256 of its bytes: worked out once, where the line comes in, and carried on.
#pragma once

#include <string>

#include "sync/crypto/hash.h"

namespace lianxin {

struct Line {
  std::string bytes;
  Hash hash{};
  bool is_left = false;  // of what was hashed something was erased

  static Line of(std::string bytes) {
    const Hash hash = sha256(bytes);
    return {std::move(bytes), hash, false};
  }
};

}  // namespace lianxin
