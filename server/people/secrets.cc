#include "server/people/secrets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <semaphore>
#include <vector>

#include "schema/assert.h"
#include "schema/text.h"

namespace lianxin::server {
namespace {

// Crockford's letters: no I, L, O or U, so that nothing is misread and nothing rude is spelled.
constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t enrol_letters = 16, enrol_name_letters = 4, enrol_group = 4;

struct Cost {
  std::uint64_t n = 1 << 15, r = 8, p = 1;
};

// scrypt needs 128 * n * r bytes and a little; OpenSSL refuses at 32 MiB unless told otherwise.
constexpr std::uint64_t scrypt_bytes_max = 64ULL << 20;
std::counting_semaphore<2> scrypts_at_a_time{2};

Result<Hash> scrypt(std::string_view password, std::span<const std::uint8_t> salt, const Cost& cost) {
  Hash out;
  scrypts_at_a_time.acquire();
  const int done = EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), cost.n, cost.r, cost.p,
                                  scrypt_bytes_max, out.data(), out.size());
  scrypts_at_a_time.release();
  if (done != 1) return failure(Errc::unavailable, "no memory to check a password");
  return out;
}

std::string random_letters(Random& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  random.fill(bytes);
  std::string text;
  for (const std::uint8_t byte : bytes) text += letters[byte & 31];  // 256 is a multiple of 32: no letter is likelier
  return text;
}

std::string grouped(std::string_view plain) {
  std::string text;
  for (std::size_t i = 0; i < plain.size(); i += enrol_group) {
    if (i > 0) text += '-';
    text += plain.substr(i, enrol_group);
  }
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_blank(char32_t c) {
  return c == U' ' || (c >= U'\t' && c <= U'\r') || (c >= 0x2000 && c <= 0x200F) || c == 0xA0 || c == 0x2028 ||
         c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

// Dashes, as keyboards and printed pages have them, and what is taken for one.
bool is_dash(char32_t c) {
  constexpr char32_t dashes[] = {U'-',   0xAD,   0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
                                 0x2015, 0x2212, 0x30FC, 0x4E00, 0xFE58, 0xFE63, 0xFF0D};
  return std::find(std::begin(dashes), std::end(dashes), c) != std::end(dashes);
}

// A capital letter or a digit, of full width too; a NUL for all else.
char plain_letter(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFF01 - U'!';
  if (c >= U'a' && c <= U'z') c = c - U'a' + U'A';
  return c > U' ' && c < 0x7F ? static_cast<char>(c) : '\0';
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  LX_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

std::string make_token(Random& random) {
  Bytes<32> bytes;
  random.fill(bytes);
  return to_base64url(bytes);
}

Hash hash_of_secret(std::string_view secret) { return sha256(secret); }

std::string make_enrol_code(Random& random) { return grouped(random_letters(random, enrol_letters)); }

std::string name_of_code(std::string_view code) { return std::string(code.substr(0, enrol_name_letters)); }

std::string normal_enrol_code(std::string_view typed) {
  std::string plain;
  while (!typed.empty()) {
    const char32_t character = take_character(typed);
    if (is_blank(character) || is_dash(character)) continue;
    char c = plain_letter(character);
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (letters.find(c) == std::string_view::npos || plain.size() == enrol_letters) return {};
    plain += c;
  }
  return plain.size() == enrol_letters ? grouped(plain) : std::string();
}

std::string folded_login(std::string_view typed) {
  std::string folded;
  std::size_t kept = 0;  // up to the last that is no blank
  while (!typed.empty()) {
    const std::string_view at = typed;
    const char32_t character = take_character(typed);
    const bool blank = is_blank(character);
    if (blank && folded.empty()) continue;
    if (const char letter = plain_letter(character)) {
      folded += letter;
    } else {
      folded += at.substr(0, at.size() - typed.size());
    }
    if (!blank) kept = folded.size();
  }
  folded.resize(kept);
  return folded;
}

std::string make_password(Random& random) { return random_letters(random, 16); }

Result<std::string> make_verifier(Random& random, std::string_view password) {
  const Cost cost;
  Bytes<16> salt;
  random.fill(salt);
  LX_TRY(const Hash hash, scrypt(password, salt, cost));
  return "scrypt$" + std::to_string(cost.n) + "$" + std::to_string(cost.r) + "$" + std::to_string(cost.p) + "$" +
         to_hex(salt) + "$" + to_hex(hash);
}

Result<bool> password_fits(std::string_view verifier, std::string_view password) {
  const auto parts = split(verifier, '$');
  Cost cost;
  Bytes<16> salt;
  Hash expected;
  if (parts.size() != 6 || parts[0] != "scrypt" || !read_number(parts[1], cost.n) || !read_number(parts[2], cost.r) ||
      !read_number(parts[3], cost.p) || !from_hex(parts[4], salt) || !from_hex(parts[5], expected)) {
    return failure(Errc::corrupt, "a stored password verifier cannot be read");
  }
  LX_TRY(const Hash hash, scrypt(password, salt, cost));
  return equal_in_constant_time(hash, expected);
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lianxin::server
