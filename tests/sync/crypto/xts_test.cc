#include "sync/crypto/xts.h"

#include <doctest/doctest.h>

#include <numeric>
#include <string>

using namespace lianxin;

namespace {

constexpr std::string_view text = "What lies on the disk, 37 bytes long.";

SecretKey key_from(std::uint8_t first) {
  SecretKey key;
  std::iota(key.begin(), key.end(), first);
  return key;
}

std::string encrypted(const SecretKey& key, std::string_view purpose, const UnitName& name) {
  std::string unit(text);
  XtsCipher(key, purpose).encrypt(name, {reinterpret_cast<std::uint8_t*>(unit.data()), unit.size()});
  return unit;
}

}  // namespace

TEST_SUITE_BEGIN("sync/crypto/xts");

// Computed from IEEE 1619's definition, with single AES blocks, by another program.
TEST_CASE("a unit whose last block is not whole is encrypted as the standard says") {
  const UnitName name = {1, 0, 0, 0, 0, 0, 0, 0, 5};
  const std::string unit = encrypted(key_from(0), "a purpose", name);
  CHECK(to_hex(as_bytes(unit)) == "f35d5aa8b45b881f1a8753241228f05ea5eb8bf45f3343dac897cf93c0bcda9f7b7105442b");
}

TEST_CASE("what was encrypted is read again, under its own key, purpose and name alone") {
  const UnitName name = {1}, other_name = {2};
  const std::string unit = encrypted(key_from(0), "one", name);
  const auto read = [&unit](const SecretKey& key, std::string_view purpose, const UnitName& as) {
    std::string bytes = unit;
    XtsCipher(key, purpose).decrypt(as, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    return bytes;
  };
  CHECK(read(key_from(0), "one", name) == text);
  CHECK(read(key_from(1), "one", name) != text);
  CHECK(read(key_from(0), "other", name) != text);
  CHECK(read(key_from(0), "one", other_name) != text);
}

TEST_SUITE_END();
