// Keys that are wiped when they go, and how one is made of another, or of a PIN. By OpenSSL; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/bytes.h"

namespace lianxin {

// Overwrites them in a way that no compiler leaves out.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::string& text);  // and empties it

// 32 bytes that nobody may learn.
struct Secret {
  Bytes<32> bytes{};

  Secret() = default;
  explicit Secret(const Bytes<32>& from) : bytes(from) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(bytes); }
};

// HKDF (RFC 5869) with SHA-256: of one secret a key for each purpose that `info` names.
Secret hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info);

// scrypt (RFC 7914): 128 * n * r bytes of memory, n = 2^log_n.
struct ScryptCost {
  int log_n = 15, r = 8, p = 1;
};
// None: there is not that much memory.
std::optional<Secret> scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost);

}  // namespace lianxin
