#include "server/http/tls_identity.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>

#include "schema/bytes.h"

namespace lianxin::server {
namespace {

constexpr long days = 30L * 365;

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

void free_bio(BIO* bio) { BIO_free(bio); }

std::string text_in(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

bool fill(X509* certificate, EVP_PKEY* key) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>("Lianxin");
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -24L * 3600) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

Result<TlsIdentity> make_tls_identity() {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Owned<X509> certificate(X509_new(), &X509_free);
  const Owned<BIO> key_text(BIO_new(BIO_s_mem()), &free_bio), certificate_text(BIO_new(BIO_s_mem()), &free_bio);
  const bool made = key && certificate && key_text && certificate_text && fill(certificate.get(), key.get()) &&
                    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                    PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1;
  if (!made) return failure(Errc::unavailable, "TLS: no key could be made");
  return TlsIdentity{text_in(certificate_text.get()), text_in(key_text.get())};
}

Result<std::string> tls_pin(const std::string& certificate_file) {
  const Owned<BIO> file(BIO_new_file(certificate_file.c_str(), "r"), &free_bio);
  const Owned<X509> certificate(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free);
  unsigned char* bytes = nullptr;
  const int size = certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &bytes) : 0;
  Bytes<32> hash{};
  const bool hashed =
      size > 0 && EVP_Digest(bytes, static_cast<std::size_t>(size), hash.data(), nullptr, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(bytes);
  if (!hashed) return failure(Errc::invalid_argument, "TLS: cannot read the certificate in " + certificate_file);
  return to_base64url(hash);
}

}  // namespace lianxin::server
