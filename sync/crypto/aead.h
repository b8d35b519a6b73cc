// Authenticated encryption: AES-256-GCM (NIST SP 800-38D), by OpenSSL. All that knows the algorithm is here, so that
// where there is no OpenSSL, as in a browser, another library stands behind the same few calls.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sync/crypto/secret.h"

namespace lianxin {

class AeadKey {
 public:
  using Nonce = Bytes<12>;
  static constexpr std::size_t overhead = 12 + 16;  // bytes: the nonce and the tag

  explicit AeadKey(const Secret& key);
  ~AeadKey();  // wipes what it made of the key
  AeadKey(AeadKey&&) noexcept;
  AeadKey& operator=(AeadKey&&) noexcept;

  // The nonce, the ciphertext and the tag, one after the other. Two texts under one nonce would open both. Drawn at
  // random, nonces of 96 bits are safe for 2^32 texts a key: the chance that two of them are equal is 2^-33 then.
  // Whatever `associated` says is proved along, and not stored.
  std::string seal(const Nonce& nonce, std::string_view associated, std::string_view plain);
  // None: it was altered, or sealed by another key or with other associated data.
  std::optional<std::string> open(std::string_view associated, std::string_view sealed);
  // What the bytes decipher to, proved by nothing. Where one bit of a ciphertext flipped, one bit of this is wrong.
  // Empty where they are too few to have been sealed.
  std::string decipher(std::string_view sealed);

 private:
  struct Contexts;
  bool deciphered(std::string_view associated, std::string_view sealed, std::string& plain);

  std::unique_ptr<Contexts> contexts_;
};

}  // namespace lianxin
