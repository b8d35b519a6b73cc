#include "server/people/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "schema/assert.h"
#include "server/people/secrets.h"

namespace lianxin::server {
namespace {

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (plain) {
      out += c;
    } else {
      (out += '%') += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * (7 - i)));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  LX_ASSERT(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), mac.data(),
                 &size));
  const std::size_t at = mac[size - 1] & 15U;  // RFC 4226, 5.3
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = (number << 8) | mac[at + i];
  number &= 0x7FFFFFFFU;
  std::string text = std::to_string(number);
  const auto length = static_cast<std::size_t>(digits);
  text.insert(0, length > text.size() ? length - text.size() : 0, '0');
  return text.substr(text.size() - length);
}

std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view typed, std::int64_t now_ms,
                                         std::int64_t used_step) {
  std::string plain;
  for (const char c : typed) {
    if (c != ' ') plain += c;
  }
  std::optional<std::int64_t> found;
  const std::int64_t now = now_ms / totp_step_ms;
  for (const std::int64_t step : {now - 1, now, now + 1}) {
    const std::string code = totp_code(secret, step);
    const bool same = equal_in_constant_time(as_bytes(code), as_bytes(plain));
    if (same && step > used_step && !found) found = step;
  }
  return found;
}

std::string base32_text(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) text += letters[(bits >> (count - 5)) & 31U];
  }
  if (count > 0) text += letters[(bits << (5 - count)) & 31U];
  return text;
}

std::string totp_uri(std::string_view secret, std::string_view login) {
  return "otpauth://totp/Lianxin:" + percent_encoded(login) + "?secret=" + base32_text(secret) + "&issuer=Lianxin";
}

}  // namespace lianxin::server
