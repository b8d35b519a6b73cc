#include "server/storage/data_keys.h"

#include <map>
#include <mutex>

namespace lianxin::server {
namespace {

std::mutex held_mutex;
std::map<DataKeyId, SecretKey>& held_keys() {
  static std::map<DataKeyId, SecretKey> keys;
  return keys;
}

}  // namespace

DataKeyId data_key_id_of(const SecretKey& key) { return first_bytes<8>(hmac_sha256(key, "lianxin data key id v1")); }

DataKeyId hold_data_key(const SecretKey& key) {
  const DataKeyId id = data_key_id_of(key);
  const std::lock_guard lock(held_mutex);
  held_keys()[id] = key;
  return id;
}

std::optional<SecretKey> held_data_key(const DataKeyId& id) {
  const std::lock_guard lock(held_mutex);
  const auto at = held_keys().find(id);
  return at == held_keys().end() ? std::nullopt : std::optional(at->second);
}

}  // namespace lianxin::server
