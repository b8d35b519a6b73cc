#include "server/people/named_id.h"

#include <algorithm>

#include "sync/crypto/hash.h"

namespace lianxin::server {

Bytes<16> uuid_named(std::string_view text) {
  const Hash hash = sha256(text);
  Bytes<16> bytes;
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return bytes;
}

}  // namespace lianxin::server
