#include "sync/crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "schema/assert.h"

namespace lianxin {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

// To make a key of its seed takes as long as a signature with it, and a phone or a server signs with one or two. The
// last few are kept, by the hash of the seed, for all threads; OpenSSL wipes those that it frees.
class KeptKeys {
 public:
  Key of(const SecretKey& secret) {
    const Hash name = sha256(view(secret));
    const std::lock_guard lock(mutex_);
    auto at = std::find_if(keys_.begin(), keys_.end(), [&](const Kept& kept) { return kept.name == name; });
    if (at == keys_.end()) {
      Key made(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()));
      LX_ASSERT(made);
      if (keys_.size() == kept_max) keys_.pop_back();
      keys_.push_back({name, std::move(made)});
      at = keys_.end() - 1;
    }
    std::rotate(keys_.begin(), at, at + 1);  // the one used longest ago is the last
    EVP_PKEY* const key = keys_.front().key.get();
    LX_ASSERT(EVP_PKEY_up_ref(key) == 1);
    return Key(key);
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    keys_.clear();
  }

 private:
  static constexpr std::size_t kept_max = 8;
  struct Kept {
    Hash name;
    Key key;
  };
  std::mutex mutex_;
  std::vector<Kept> keys_;
};

KeptKeys& kept_keys() {
  static KeptKeys kept;
  return kept;
}

Key secret_key(const SecretKey& secret) { return kept_keys().of(secret); }

}  // namespace

std::string_view view(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// OpenSSL 3's SHA256() looks the algorithm up by name each time, which takes longer than hashing a cell: a digest
// hashes a hundred thousand.
Hash sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // for as long as we run
  thread_local const Context context(EVP_MD_CTX_new());
  Hash hash;
  LX_ASSERT(algorithm && context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
            EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
  return hash;
}

PublicKey public_key_of(const SecretKey& secret) {
  PublicKey key;
  std::size_t size = key.size();
  LX_ASSERT(EVP_PKEY_get_raw_public_key(secret_key(secret).get(), key.data(), &size) == 1 && size == key.size());
  return key;
}

Signature sign(const SecretKey& secret, std::string_view message) {
  const Context context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t size = signature.size();
  LX_ASSERT(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret_key(secret).get()) == 1 &&
            EVP_DigestSign(context.get(), signature.data(), &size, as_bytes(message).data(), message.size()) == 1);
  return signature;
}

void forget_signing_keys() { kept_keys().forget(); }

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
  const Key public_key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  if (!public_key) return false;
  const Context context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), as_bytes(message).data(),
                          message.size()) == 1;
}

Hash hmac_sha256(const Hash& key, std::string_view message) {
  Hash code;
  unsigned size = 0;
  LX_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(message).data(), message.size(),
                 code.data(), &size) &&
            size == code.size());
  return code;
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

DeviceId device_id_of(const PublicKey& key) { return {first_bytes<16>(sha256(view(key)))}; }

Hash sha256_of_parts(std::initializer_list<std::string_view> parts) {
  std::string joined;
  std::size_t bytes = 0;
  for (const std::string_view part : parts) bytes += 4 + part.size();
  joined.reserve(bytes);
  for (const std::string_view part : parts) {
    for (int shift = 24; shift >= 0; shift -= 8) joined += static_cast<char>(part.size() >> shift & 255);
    joined += part;
  }
  return sha256(joined);
}

}  // namespace lianxin
