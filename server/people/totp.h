// Codes that change every half minute (TOTP, RFC 6238: SHA-1, 6 digits, steps of 30 s), as every authenticator app
// makes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lianxin::server {

inline constexpr std::size_t totp_secret_bytes = 20;
inline constexpr std::int64_t totp_step_ms = 30'000;

std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);

// Which step's code was typed, of this one, the one before and the one after (the clocks of phones are not ours), each
// only if it is later than `used_step`: a code serves once. Blanks in what was typed do not count.
std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view typed, std::int64_t now_ms,
                                         std::int64_t used_step);

// RFC 4648, without padding: how a secret is typed into an app by hand.
std::string base32_text(std::string_view bytes);

// What an app reads from a QR code.
std::string totp_uri(std::string_view secret, std::string_view login);

}  // namespace lianxin::server
