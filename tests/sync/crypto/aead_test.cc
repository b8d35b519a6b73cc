// Against the vectors of those who defined the algorithms.
#include "sync/crypto/aead.h"

#include <doctest/doctest.h>

namespace lianxin {
namespace {

std::string unhex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  if (!from_hex(hex, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()})) bytes.clear();
  return bytes;
}

Secret key_of(std::string_view hex) {
  Secret key;
  REQUIRE(from_hex(hex, key.bytes));
  return key;
}

}  // namespace

TEST_SUITE("sync/crypto/aead") {
  // McGrew and Viega, The Galois/Counter Mode of Operation, test case 16.
  const std::string plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba"
      "637b39");
  const std::string associated = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string sealed = unhex(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      "bc"
      "c9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b");

  TEST_CASE("a text is sealed as AES-256-GCM says, and opens again, as often as one likes") {
    AeadKey key(key_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    for (int i = 0; i < 2; ++i) {
      CHECK(key.seal({0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88}, associated, plain) ==
            sealed);
      CHECK(key.open(associated, sealed) == plain);
    }
    CHECK(key.open({}, key.seal({}, {}, {})) == "");
  }

  TEST_CASE(
      "nothing opens of which one bit is another, or what it was sealed with, and all other bits are still there") {
    AeadKey key(key_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      CAPTURE(i);
      std::string bad = sealed;
      bad[i] ^= 4;
      CHECK_FALSE(key.open(associated, bad).has_value());
      if (i < 12 || i >= sealed.size() - 16) continue;
      std::string left = plain;
      left[i - 12] ^= 4;
      CHECK(key.decipher(bad) == left);
    }
    CHECK_FALSE(key.open("other", sealed).has_value());
    CHECK_FALSE(AeadKey(Secret()).open(associated, sealed).has_value());
    for (std::size_t size = 0; size < 28; ++size) {
      CHECK_FALSE(key.open(associated, sealed.substr(0, size)).has_value());
      CHECK(key.decipher(sealed.substr(0, size)).empty());
    }
  }

  TEST_CASE("keys are derived as RFC 5869 and RFC 7914 say") {
    CHECK(hkdf_sha256(std::string(22, '\x0b'), unhex("000102030405060708090a0b0c"), unhex("f0f1f2f3f4f5f6f7f8f9"))
              .bytes == key_of("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf").bytes);
    CHECK(hkdf_sha256(std::string(22, '\x0b'), {}, {}).bytes ==
          key_of("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d").bytes);
    const auto stretched = scrypt("password", "NaCl", {10, 8, 16});
    REQUIRE(stretched.has_value());
    CHECK(stretched->bytes == key_of("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162").bytes);
  }

  TEST_CASE("what is wiped is gone") {
    std::string text = "secret";
    wipe(text);
    CHECK(text.empty());
    Secret secret;
    secret.bytes.fill(7);
    wipe(secret.bytes);
    CHECK(secret.bytes == Bytes<32>{});
  }
}

}  // namespace lianxin
