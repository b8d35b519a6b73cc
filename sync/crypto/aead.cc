#include "sync/crypto/aead.h"

#include <openssl/evp.h>

#include <algorithm>
#include <new>

#include "schema/assert.h"

namespace lianxin {
namespace {

constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }  // wipes it
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

// With the key in them, so that a value takes a new nonce and no more.
struct AeadKey::Contexts {
  Context seal{EVP_CIPHER_CTX_new()}, open{EVP_CIPHER_CTX_new()};
};

AeadKey::AeadKey(const Secret& key) : contexts_(std::make_unique<Contexts>()) {
  static const EVP_CIPHER* const algorithm =
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);  // for as long as we run
  if (!contexts_->seal || !contexts_->open) throw std::bad_alloc();
  LX_ASSERT(algorithm &&
            EVP_EncryptInit_ex(contexts_->seal.get(), algorithm, nullptr, key.bytes.data(), nullptr) == 1 &&
            EVP_DecryptInit_ex(contexts_->open.get(), algorithm, nullptr, key.bytes.data(), nullptr) == 1);
}

AeadKey::~AeadKey() = default;
AeadKey::AeadKey(AeadKey&&) noexcept = default;
AeadKey& AeadKey::operator=(AeadKey&&) noexcept = default;

std::string AeadKey::seal(const Nonce& nonce, std::string_view associated, std::string_view plain) {
  EVP_CIPHER_CTX* context = contexts_->seal.get();
  std::string sealed(overhead + plain.size(), '\0');
  std::copy(nonce.begin(), nonce.end(), sealed.begin());
  unsigned char* const text = bytes_of(sealed) + nonce_bytes;
  int done = 0;
  LX_ASSERT(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
            EVP_EncryptUpdate(context, nullptr, &done, bytes_of(associated), static_cast<int>(associated.size())) ==
                1 &&
            EVP_EncryptUpdate(context, text, &done, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
            EVP_EncryptFinal_ex(context, text + plain.size(), &done) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, text + plain.size()) == 1);
  return sealed;
}

bool AeadKey::deciphered(std::string_view associated, std::string_view sealed, std::string& plain) {
  if (sealed.size() < overhead) return false;
  EVP_CIPHER_CTX* context = contexts_->open.get();
  const std::size_t size = sealed.size() - overhead;
  plain.resize(size);
  std::string tag(sealed.substr(nonce_bytes + size));
  int done = 0;
  LX_ASSERT(
      EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, bytes_of(sealed)) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &done, bytes_of(associated), static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(context, bytes_of(plain), &done, bytes_of(sealed) + nonce_bytes, static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1);
  return EVP_DecryptFinal_ex(context, bytes_of(plain) + size, &done) == 1;
}

std::optional<std::string> AeadKey::open(std::string_view associated, std::string_view sealed) {
  std::string plain;
  if (!deciphered(associated, sealed, plain)) return std::nullopt;
  return plain;
}

std::string AeadKey::decipher(std::string_view sealed) {
  std::string plain;
  (void)deciphered({}, sealed, plain);
  return plain;
}

}  // namespace lianxin
