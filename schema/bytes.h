// Fixed runs of bytes and their text forms: lower-case hex, and base64url without padding (RFC 4648, 5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lianxin {

template <std::size_t N>
using Bytes = std::array<std::uint8_t, N>;

std::string to_hex(std::span<const std::uint8_t> bytes);

// Fills `out` from exactly 2 * out.size() hex digits of either case; false and nothing written otherwise.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> out);

std::string to_base64url(std::span<const std::uint8_t> bytes);
std::optional<std::string> from_base64url(std::string_view text);  // empty when `text` is not base64url

inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace lianxin
