// SHA-256 and Ed25519 (RFC 8032), by OpenSSL. Pure functions, safe from any thread.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/bytes.h"
#include "schema/ids.h"

namespace lianxin {

using Hash = Bytes<32>;
using PublicKey = Bytes<32>;
using SecretKey = Bytes<32>;  // the 32-byte seed; never logged
using Signature = Bytes<64>;

Hash sha256(std::string_view bytes);

PublicKey public_key_of(const SecretKey& secret);
Signature sign(const SecretKey& secret, std::string_view message);
void forget_signing_keys();  // wipes what sign() keeps of the keys it was given, so that it is quick
bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

// HMAC (RFC 2104) with SHA-256: of one who has the key.
Hash hmac_sha256(const Hash& key, std::string_view message);

// Takes as long wherever they differ: of something that is secret. False where their sizes differ.
bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

template <std::size_t size>
Bytes<size> first_bytes(const Hash& hash) {
  Bytes<size> first;
  std::copy_n(hash.begin(), size, first.begin());
  return first;
}

// A device's id is the first half of its public key's hash: nobody can choose another's.
DeviceId device_id_of(const PublicKey& key);

// SHA-256 over parts, each preceded by its length, so that no two lists of parts hash alike by accident.
Hash sha256_of_parts(std::initializer_list<std::string_view> parts);

std::string_view view(std::span<const std::uint8_t> bytes);

}  // namespace lianxin
