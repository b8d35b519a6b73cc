// The server where it acts alone: official numbers, releases, witnessed heads. It is a device like any other.
#pragma once

#include "schema/ids.h"
#include "sync/crypto/hash.h"

namespace lianxin {

struct SelfDevice {
  DeviceId device;
  PublicKey key{};
  MemberId member;  // stands for "the server" as author
  SecretKey secret{};
};

}  // namespace lianxin
