#include "sync/wire/certificate.h"

#include <doctest/doctest.h>

namespace lianxin {
namespace {

SecretKey key_of(std::uint8_t seed) {
  SecretKey key{};
  key.fill(seed);
  return key;
}

const PublicKey phone = public_key_of(key_of(2));
const Certificate made{device_id_of(phone), phone, MemberId{{1}}, StudioId{{2}}, true, 42, 43};

}  // namespace

TEST_SUITE("sync/wire/certificate") {
  TEST_CASE("a certificate is known by the key that signed it") {
    const PublicKey server = public_key_of(key_of(1));
    const std::string text = sign_certificate(key_of(1), made);
    const auto read = read_certificate(server, text);
    REQUIRE(read);
    CHECK(read->device == made.device);
    CHECK(read->member == made.member);
    CHECK(read->studio == made.studio);
    CHECK(read->shared);
    CHECK(read->enrolled_ms == 42);
    CHECK(read->ends_ms == 43);
    CHECK_FALSE(read_certificate(public_key_of(key_of(3)), text));
    std::string altered = text;
    altered[10] = altered[10] == 'A' ? 'B' : 'A';
    CHECK_FALSE(read_certificate(server, altered));
    CHECK_FALSE(read_certificate(server, ""));
  }

  TEST_CASE("who holds one reads it without the key that signed it") {
    const auto read = certificate_in(sign_certificate(key_of(1), made));
    REQUIRE(read);
    CHECK(read->studio == made.studio);
    CHECK_FALSE(certificate_in("certificate"));
  }
}

}  // namespace lianxin
