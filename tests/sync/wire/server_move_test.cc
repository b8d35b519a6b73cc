#include "sync/wire/server_move.h"

#include <doctest/doctest.h>

#include "sync/wire/certificate.h"

namespace lianxin {
namespace {

SecretKey secret_of(std::uint8_t seed) {
  SecretKey secret{};
  secret.fill(seed);
  return secret;
}

std::string certificate_by(const SecretKey& server) {
  const PublicKey phone = public_key_of(secret_of(7));
  return sign_certificate(server, {device_id_of(phone), phone, {}, {}, false, 1, 2});
}

const ServerMove there{"https://new.example", {"pin"}, 42};

}  // namespace

TEST_SUITE("sync/wire/server_move") {
  TEST_CASE(
      "a phone believes only the server that signed its certificate where it says that it will be (PROTOCOL 9.6)") {
    const std::string text = sign_move(secret_of(1), there);
    CHECK(read_move(text, certificate_by(secret_of(1))) == there);
    CHECK_FALSE(read_move(text, certificate_by(secret_of(2))));
    CHECK_FALSE(read_move(sign_move(secret_of(2), there), certificate_by(secret_of(1))));
    std::string altered = text;
    altered[8] = altered[8] == 'A' ? 'B' : 'A';
    CHECK_FALSE(read_move(altered, certificate_by(secret_of(1))));
    CHECK_FALSE(read_move("", certificate_by(secret_of(1))));
    // A certificate is signed by the same key, for another purpose.
    CHECK_FALSE(read_move(certificate_by(secret_of(1)), certificate_by(secret_of(1))));
  }
}

}  // namespace lianxin
