// What stands in where the app hands in nothing.
#pragma once

#include "lianxin/device.h"

namespace lianxin::client {

class IdentityCodec final : public Codec {
 public:
  std::string encode(std::string_view plain) override { return std::string(plain); }
  std::optional<std::string> decode(std::string_view stored) override { return std::string(stored); }
};

RandomSource& system_random();  // OpenSSL's, seeded by the operating system

}  // namespace lianxin::client
