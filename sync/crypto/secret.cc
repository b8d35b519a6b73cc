#include "sync/crypto/secret.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <new>

#include "schema/assert.h"

namespace lianxin {
namespace {

// OpenSSL takes octet strings without const, and reads them only.
OSSL_PARAM octets(const char* name, std::string_view text) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(text.data()), text.size());
}

}  // namespace

void wipe(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

Secret hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info) {
  static EVP_KDF* const algorithm = EVP_KDF_fetch(nullptr, "HKDF", nullptr);  // for as long as we run
  const auto free = [](EVP_KDF_CTX* context) { EVP_KDF_CTX_free(context); };
  const std::unique_ptr<EVP_KDF_CTX, decltype(free)> context(EVP_KDF_CTX_new(algorithm), free);
  if (!context) throw std::bad_alloc();
  char digest[] = "SHA256";
  static constexpr char zeros[32] = {};
  if (salt.empty()) salt = {zeros, sizeof zeros};  // as RFC 5869 says
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  Secret derived;
  LX_ASSERT(EVP_KDF_derive(context.get(), derived.bytes.data(), derived.bytes.size(), parameters) == 1);
  return derived;
}

std::optional<Secret> scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost) {
  const std::uint64_t n = std::uint64_t{1} << cost.log_n, r = static_cast<std::uint64_t>(cost.r);
  const std::uint64_t bytes_max = 256 * n * r + (1 << 20);  // twice what it takes; OpenSSL wants a bound
  Secret made;
  const int done =
      EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                     n, r, static_cast<std::uint64_t>(cost.p), bytes_max, made.bytes.data(), made.bytes.size());
  if (done != 1) return std::nullopt;
  return made;
}

}  // namespace lianxin
