// What stands in where the app hands in no codec.
#pragma once

#include "lianxin/device.h"

namespace lianxin::client {

class PlainCodec final : public Codec {
 public:
  std::string encode(std::string_view plain) override { return std::string(plain); }
  std::optional<std::string> decode(std::string_view stored) override { return std::string(stored); }
};

}  // namespace lianxin::client
