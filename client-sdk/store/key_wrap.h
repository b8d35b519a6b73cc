// The key of the file as it lies in it: sealed by a key from elsewhere, and on top by a PIN where one is set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/crypto/aead.h"
#include "sync/crypto/hash.h"

namespace lianxin::client {

struct KeyWrap {
  enum class From { key_file, app };  // where the other key comes from. Kept as its number

  From from = From::key_file;
  bool by_pin = false;
  ScryptCost cost;        // of the PIN: 32 MiB, and 110 ms where this was written; a cheap phone takes three times that
  Bytes<16> salt{};       // new with each wrap
  Bytes<8> key_id{};      // of the file's key: names it, and says nothing of it
  Bytes<4> outer_mark{};  // tells a wrong key from a wrong PIN
  std::string sealed;

  // As it lies in the file, with a sum that tells damage from a wrong key.
  std::string text() const;
  static std::optional<KeyWrap> parse(std::string_view text);  // none: damaged, or asks for more than scrypt may take

  // unavailable: no memory for scrypt.
  Result<Secret> wrapping_key(const Secret& outer, std::string_view pin) const;
  bool is_outer(const Secret& outer) const;  // whether that is the key it was wrapped with
  void set_outer(const Secret& outer);

  void close(const Secret& wrapping, const Secret& file_key, const AeadKey::Nonce& nonce);
  std::optional<Secret> open(const Secret& wrapping) const;  // none: that is not its key
};

}  // namespace lianxin::client
