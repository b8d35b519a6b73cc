#include "server/disk/sealing.h"

#include "sync/crypto/aead.h"

namespace lianxin::server {

std::string seal(const SecretKey& key, Random& random, std::string_view plain, std::string_view bound_to) {
  AeadKey::Nonce nonce;
  random.fill(nonce);
  return AeadKey(Secret(key)).seal(nonce, bound_to, plain);
}

std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed, std::string_view bound_to) {
  return AeadKey(Secret(key)).open(bound_to, sealed);
}

}  // namespace lianxin::server
