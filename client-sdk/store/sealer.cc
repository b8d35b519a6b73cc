#include "client-sdk/store/sealer.h"

namespace lianxin::client {
namespace {

// They name the keys: never altered.
constexpr std::string_view names[columns] = {"meta",   "grant",           "line", "row", "row_sum", "form", "shown",
                                             "search", "acknowledgement", "pin"};
constexpr char version = 1;  // the first byte of what is sealed: how it is

Secret derived(const Secret& file_key, std::string_view purpose) {
  return hkdf_sha256(view(file_key.bytes), {}, "lianxin phone file " + std::string(purpose));
}

std::string associated(const SealedAt& at) {
  return std::string(names[static_cast<std::size_t>(at.column)]) + '\0' + at.row;
}

}  // namespace

Sealer::Sealer(const Secret& file_key, RandomSource& random)
    : file_key_(file_key), hash_key_(derived(file_key, "numbers")), random_(random) {}

AeadKey& Sealer::key_of(Column column) {
  const auto at = static_cast<std::size_t>(column);
  if (!keys_[at]) keys_[at].emplace(derived(file_key_, names[at]));
  return *keys_[at];
}

// A phone that seals a value each second all its life stays far below the 2^32 texts that one key may seal.
std::string Sealer::seal(const SealedAt& at, std::string_view plain) {
  AeadKey::Nonce nonce;
  random_.fill(nonce);
  return version + key_of(at.column).seal(nonce, associated(at), plain);
}

std::optional<std::string> Sealer::open(const SealedAt& at, std::string_view sealed) {
  ++opened_;
  if (sealed.empty() || sealed.front() != version) return std::nullopt;
  return key_of(at.column).open(associated(at), sealed.substr(1));
}

std::optional<std::string> Sealer::left_of(const SealedAt& at, std::string_view sealed) {
  if (sealed.size() <= AeadKey::overhead) return std::nullopt;
  return key_of(at.column).decipher(sealed.substr(1));
}

Hash Sealer::keyed_hash(std::string_view bytes) const { return hmac_sha256(hash_key_.bytes, bytes); }

}  // namespace lianxin::client
