#include "server/routes/opaque_number.h"

#include <algorithm>

#include "schema/bytes.h"
#include "sync/crypto/xts.h"

namespace lianxin::server {
namespace {

constexpr std::size_t number_bytes = 8;  // the rest of a block is zero: what was made up does not come out so

XtsCipher cipher_of(const SelfDevice& self, std::string_view what) {
  return XtsCipher(self.secret, "lianxin opaque number v1|" + std::string(what));
}

}  // namespace

std::string opaque_number(const SelfDevice& self, std::string_view what, std::int64_t number) {
  Bytes<16> block{};
  for (std::size_t i = 0; i < number_bytes; ++i) {
    block[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i));
  }
  cipher_of(self, what).encrypt({}, block);
  return to_base64url(block);
}

std::optional<std::int64_t> number_behind(const SelfDevice& self, std::string_view what, std::string_view text) {
  Bytes<16> block{};
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != block.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), block.begin());
  cipher_of(self, what).decrypt({}, block);
  if (std::any_of(block.begin() + number_bytes, block.end(), [](std::uint8_t byte) { return byte != 0; })) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < number_bytes; ++i) number |= std::uint64_t{block[i]} << (8 * i);
  return static_cast<std::int64_t>(number);
}

}  // namespace lianxin::server
