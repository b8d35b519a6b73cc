#include "schema/ids.h"

#include <algorithm>

namespace lianxin {

std::string uuid_text(const Bytes<16>& bytes) {
  std::string text = to_hex(bytes);
  for (const std::size_t place : {8u, 13u, 18u, 23u}) text.insert(place, 1, '-');
  return text;
}

std::optional<Bytes<16>> uuid_bytes(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::array<char, 32> digits;
  char* end = digits.data();
  std::size_t from = 0;
  for (const std::size_t dash : {8u, 13u, 18u, 23u, 36u}) {
    if (dash < text.size() && text[dash] != '-') return std::nullopt;
    end = std::copy(text.begin() + from, text.begin() + dash, end);
    from = dash + 1;
  }
  Bytes<16> bytes;
  if (!from_hex({digits.data(), digits.size()}, bytes)) return std::nullopt;
  return bytes;
}

Bytes<16> uuid_v7(std::uint64_t unix_ms, const Bytes<10>& random) {
  Bytes<16> bytes;
  for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  std::copy(random.begin(), random.end(), bytes.begin() + 6);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return bytes;
}

}  // namespace lianxin
