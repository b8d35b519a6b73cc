// What must lie in the database and be of no use to whoever has only that: encrypted (sync/crypto/aead.h) under a key
// of the folder of keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

// `bound_to`: what it belongs to, such as a login. Moved to another row it cannot be read.
std::string seal(const SecretKey& key, Random& random, std::string_view plain, std::string_view bound_to);
std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed, std::string_view bound_to);

}  // namespace lianxin::server
