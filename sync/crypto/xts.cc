#include "sync/crypto/xts.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string>

#include "schema/assert.h"

namespace lianxin {
namespace {

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

constexpr std::size_t unit_bytes_min = 16, unit_bytes_max = std::size_t{16} << 20;

CipherContext context_with(const Bytes<64>& keys, bool encrypts) {
  static const EVP_CIPHER* const algorithm =
      EVP_CIPHER_fetch(nullptr, "AES-256-XTS", nullptr);  // for as long as we run
  CipherContext context(EVP_CIPHER_CTX_new());
  LX_ASSERT(algorithm && context &&
            EVP_CipherInit_ex2(context.get(), algorithm, keys.data(), nullptr, encrypts ? 1 : 0, nullptr) == 1);
  return context;
}

void apply(EVP_CIPHER_CTX* context, const UnitName& name, std::span<std::uint8_t> unit) {
  LX_ASSERT(unit.size() >= unit_bytes_min && unit.size() <= unit_bytes_max);
  int size = 0;
  LX_ASSERT(EVP_CipherInit_ex2(context, nullptr, nullptr, name.data(), -1, nullptr) == 1 &&
            EVP_CipherUpdate(context, unit.data(), &size, unit.data(), static_cast<int>(unit.size())) == 1 &&
            static_cast<std::size_t>(size) == unit.size());
}

}  // namespace

struct XtsCipher::Contexts {
  CipherContext encrypting, decrypting;
};

XtsCipher::XtsCipher(const SecretKey& key, std::string_view purpose) : contexts_(std::make_unique<Contexts>()) {
  Bytes<64> keys;
  Hash first = hmac_sha256(key, std::string(purpose) + "|1"), second = hmac_sha256(key, std::string(purpose) + "|2");
  std::copy(first.begin(), first.end(), keys.begin());
  std::copy(second.begin(), second.end(), keys.begin() + 32);
  contexts_->encrypting = context_with(keys, true);
  contexts_->decrypting = context_with(keys, false);
  OPENSSL_cleanse(keys.data(), keys.size());
  OPENSSL_cleanse(first.data(), first.size());
  OPENSSL_cleanse(second.data(), second.size());
}

XtsCipher::~XtsCipher() = default;
XtsCipher::XtsCipher(XtsCipher&&) noexcept = default;
XtsCipher& XtsCipher::operator=(XtsCipher&&) noexcept = default;

void XtsCipher::encrypt(const UnitName& name, std::span<std::uint8_t> unit) {
  apply(contexts_->encrypting.get(), name, unit);
}

void XtsCipher::decrypt(const UnitName& name, std::span<std::uint8_t> unit) {
  apply(contexts_->decrypting.get(), name, unit);
}

}  // namespace lianxin
